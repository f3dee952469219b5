"""Loops printed in languages with braces: C and JavaScript, each with its runtime."""
