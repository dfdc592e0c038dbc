"""The rule that all peers run: six powers, eight options, a war when a tense power chooses it.

Each step every power has a tension x. It weighs option o at u_o = a_o + b_o x and takes one by a
softmax. Its tension becomes 0.9 x + 0.1 (mean tension) + d_o. Option 7 is war: it breaks out if the
power that takes it had a tension over the threshold. A history runs for all its steps.
"""

import numpy as np

N_POWERS, N_OPTIONS, N_STEPS = 6, 8, 60
THRESHOLD = 0.4
BASE = np.array([2.0, 0.5, 0.5, 0.0, 0.0, -0.5, -0.5, -5.0])
SLOPE = np.array([0.0, -0.5, 0.5, -1.0, 1.0, -1.5, 1.5, 4.0])
CHANGE = np.array([0.0, -0.05, 0.05, -0.1, 0.1, -0.15, 0.2, 0.1])
