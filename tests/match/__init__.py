"""Tests of the matching stage."""
