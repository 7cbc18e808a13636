"""Carriers: files that hold code of other languages, each read into child units.

Takes a Dockerfile, a notebook, a compose or workflow file, a Makefile, a unit file or a crontab;
runs what it carries through the interpreters; carries no opinion of its own.
"""
