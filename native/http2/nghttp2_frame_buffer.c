// See nghttp2_frame_buffer.h.
#include "http2/nghttp2_frame_buffer.h"

#include "nghttp2_session.h"

const size_t pinlatch_frame_buffer_bytes = NGHTTP2_FRAMEBUF_CHUNKLEN;

static nghttp2_buf* buffer_of(nghttp2_session* session) {
  return &session->aob.framebufs.head->buf;
}

void pinlatch_attach_frame_buffer(nghttp2_session* session, uint8_t* memory) {
  nghttp2_bufs* frames = &session->aob.framebufs;
  nghttp2_buf_wrap_init(buffer_of(session), memory, frames->chunk_length);
  nghttp2_buf_shift_right(buffer_of(session), frames->offset);
}

int pinlatch_has_frame_buffer(const nghttp2_session* session) {
  return session->aob.framebufs.head->buf.begin != NULL;
}

uint8_t* pinlatch_detach_frame_buffer(nghttp2_session* session) {
  const nghttp2_bufs* frames = &session->aob.framebufs;
  const int is_at_rest = session->aob.item == NULL && session->aob.state == NGHTTP2_OB_POP_ITEM &&
                         frames->cur == frames->head && frames->head->next == NULL &&
                         nghttp2_buf_len(buffer_of(session)) == 0;
  if (!is_at_rest) return NULL;
  uint8_t* memory = buffer_of(session)->begin;
  nghttp2_buf_wrap_init(buffer_of(session), NULL, 0);
  return memory;
}
