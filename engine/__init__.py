"""The model: encoding, routing, reading, training.

On Linux torch's worker threads wait for each other in a loop that keeps the processor busy for milliseconds, at every
product. Beside any other program that computes, the thread that is waited for is the one that cannot run, and Doppel shares
a person's machine by design. Some microseconds of it are enough. OpenMP reads the variable when torch is loaded, so this
package comes before torch; a value set from outside stands. (`python -m benchmarks.engine --beside 1`)
"""

import os

os.environ.setdefault("GOMP_SPINCOUNT", "3000")
