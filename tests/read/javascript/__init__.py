"""Tests of the JavaScript interpreter."""
