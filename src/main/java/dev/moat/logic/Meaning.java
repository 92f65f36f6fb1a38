package dev.moat.logic;

/** What an expression stands for: a formula or an element of a sort. */
public sealed interface Meaning permits Term, Var {}
