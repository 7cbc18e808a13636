"""Tests of program starts."""
