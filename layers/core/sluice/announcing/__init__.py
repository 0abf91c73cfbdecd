"""Announcing: who hears of an outcome, where, and in which words."""
