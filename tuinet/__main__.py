"""``python -m tuinet``, and the ``tuinet`` command."""

import os

# One BLAS thread: the sum of a matrix product depends on how many share it, and the same Experiment shall give the
# same bits on any number of cores. It also leaves a core to the screen. Who sets the variable knows better.
for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

from tuinet.garbage import put_off_collection  # noqa: E402

put_off_collection()

from tuinet.cli.main import main  # noqa: E402

if __name__ == "__main__":
    main()
