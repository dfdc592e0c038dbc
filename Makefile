# Aliases of dev.py, which needs nothing but Python: ARGS="--full" passes arguments on.
.PHONY: why test check setup lock

why test check setup lock:
	@python3 dev.py $@ $(ARGS)
