#pragma once

// What glibc has and Swift's Glibc module has not: malloc_trim and sync_file_range.
#include <malloc.h>

extern int sync_file_range(int file, long offset, long count, unsigned int flags);

// Begins to write a file's changed pages to the disk, and does not wait for them.
static inline int receipt_begin_write_back(int file) {
  const unsigned int write = 2;  // SYNC_FILE_RANGE_WRITE
  return sync_file_range(file, 0, 0, write);
}
