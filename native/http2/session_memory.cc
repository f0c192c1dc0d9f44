// See session_memory.h.
#include "http2/session_memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/page_blocks.h"
#include "http2/nghttp2_frame_buffer.h"

namespace pinlatch::http2 {
namespace {

constexpr size_t kFramePayload =
    16 * 1024;  // what nghttp2 packs at most, without what is around it

bool IsFrameBuffer(size_t size) { return size > kFramePayload && size <= PageBlocks::kLarge; }

void* Allocate(size_t size, void* /*user*/) {
  return IsFrameBuffer(size) ? PageBlocks::Take(PageBlocks::kLarge) : std::malloc(size);
}

void Free(void* memory, void* /*user*/) {
  if (memory != nullptr && PageBlocks::SizeOf(memory) == PageBlocks::kLarge) {
    PageBlocks::Give(static_cast<uint8_t*>(memory), PageBlocks::kLarge);
  } else {
    std::free(memory);
  }
}

// Zeroed memory is never a frame buffer.
void* AllocateZeroed(size_t count, size_t size, void* /*user*/) { return std::calloc(count, size); }

void* Reallocate(void* memory, size_t size, void* user) {
  const size_t held = memory == nullptr ? 0 : PageBlocks::SizeOf(memory);
  if (held == 0) return std::realloc(memory, size);
  void* moved = std::malloc(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, std::min(held, size));
  Free(memory, user);
  return moved;
}

}  // namespace

nghttp2_mem* SessionMemory() {
  static nghttp2_mem memory{nullptr, Allocate, Free, AllocateZeroed, Reallocate};
  return &memory;
}

void WakeFrameBuffer(nghttp2_session* session) {
  if (pinlatch_has_frame_buffer(session) != 0) return;
  void* memory = Allocate(pinlatch_frame_buffer_bytes, nullptr);
  pinlatch_attach_frame_buffer(session, static_cast<uint8_t*>(memory));
}

void RestFrameBuffer(nghttp2_session* session) {
  if (pinlatch_has_frame_buffer(session) == 0) return;
  Free(pinlatch_detach_frame_buffer(session), nullptr);
}

}  // namespace pinlatch::http2
