"""Tests of bounds: what is past one is a gap or an unknown, never nothing."""
