// Owns the one look into nghttp2's inside: the buffer of a session in which it packs the frame that
// goes out next, 16 KiB that hold nothing while it sends nothing. Compiled with nghttp2, whose
// private headers it needs; used by session_memory alone. C.
#ifndef PINLATCH_HTTP2_NGHTTP2_FRAME_BUFFER_H_
#define PINLATCH_HTTP2_NGHTTP2_FRAME_BUFFER_H_

#include <nghttp2/nghttp2.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// pinlatch_frame_buffer_bytes is what a buffer must hold.
extern const size_t pinlatch_frame_buffer_bytes;

// pinlatch_attach_frame_buffer gives `memory` to a session that has no buffer; nghttp2 frees it
// with the session. Without one neither nghttp2_session_mem_send2 nor nghttp2_session_del may be
// called.
void pinlatch_attach_frame_buffer(nghttp2_session* session, uint8_t* memory);

// pinlatch_has_frame_buffer says whether a session has one; a new session does.
int pinlatch_has_frame_buffer(const nghttp2_session* session);

// pinlatch_detach_frame_buffer takes it away and returns it to the caller; NULL, and nothing
// happens, when a frame is half sent.
uint8_t* pinlatch_detach_frame_buffer(nghttp2_session* session);

#ifdef __cplusplus
}
#endif

#endif  // PINLATCH_HTTP2_NGHTTP2_FRAME_BUFFER_H_
