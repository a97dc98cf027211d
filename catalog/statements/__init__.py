"""Statements that are asked over and over: built once, planned once, and told what differs as parameters."""
