#pragma once
// malloc_trim is glibc's own, and not in the headers that Swift's Glibc module takes in.
#include <malloc.h>
