// Owns where nghttp2 has its memory from, and the buffer that it packs frames in: a session has it
// only while it sends, so that an idle connection has none. Internal to http2/.
#pragma once

#include <nghttp2/nghttp2.h>

namespace pinlatch::http2 {

// SessionMemory is what every session must be made with.
nghttp2_mem* SessionMemory();

// WakeFrameBuffer brings the buffer back, before anything is sent and before the session is
// deleted; nothing happens when it is there.
void WakeFrameBuffer(nghttp2_session* session);
// RestFrameBuffer gives it back, unless a frame is half sent.
void RestFrameBuffer(nghttp2_session* session);

}  // namespace pinlatch::http2
