#pragma once

// Swift has no word for this instruction.

// Begins to bring the bytes at an address into the processor's cache, and waits for nothing. Any
// address may be given.
static inline void receipt_prefetch(const void *address) { __builtin_prefetch(address); }
