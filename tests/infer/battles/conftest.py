import pytest


@pytest.fixture(scope="session")
def train(shared_data):
    """The battle table of the record, which stays outside the repository."""
    path = shared_data / "combat" / "train.csv"
    if not path.is_file():
        pytest.skip(f"the battle table is not at {path}")
    return path
