// Contexts of zstd that a thread keeps: making one costs more than packing or unpacking a short
// text with it.
#pragma once

#include <memory>

#include <zstd.h>

namespace troupe::storage {

struct free_zstd_context {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

inline ZSTD_CCtx* packing_of_thread() {
  thread_local std::unique_ptr<ZSTD_CCtx, free_zstd_context> context{ZSTD_createCCtx()};
  return context.get();
}

inline ZSTD_DCtx* unpacking_of_thread() {
  thread_local std::unique_ptr<ZSTD_DCtx, free_zstd_context> context{ZSTD_createDCtx()};
  return context.get();
}

} // namespace troupe::storage
