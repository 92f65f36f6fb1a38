package dev.moat.logic;

/** The meaning of an expression: a formula or an element of a sort. */
public sealed interface TermMeaning permits Term, Var {}
