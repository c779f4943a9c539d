"""Runs one step of a pipeline in the notebook's own environment; see docs/step-runner.md.

The files are started by path and import each other as the package `jupyterlab_mlops_runner`,
so that no name of theirs can hide a module of the notebook's, and `sys.path` stays as it is.
"""
