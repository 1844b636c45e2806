"""Runs a module of training/ or of this folder with this folder's corpus in place of the demo model's.

    python training/depth/run.py evaluate weights/depth-2-1.pt --problems development --quick
"""
import os
import runpy
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:1] = [here, os.path.dirname(here)]

if __name__ == "__main__":
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
