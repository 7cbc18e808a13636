"""Tests of the carriers: files that hold code of other languages."""
