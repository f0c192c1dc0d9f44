// Covers http2/session_memory: when a session has the buffer that it packs frames in, and when not.
#include "http2/session_memory.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "http2/nghttp2_frame_buffer.h"

namespace pinlatch::http2 {
namespace {

struct Deleter {
  void operator()(nghttp2_session* session) const {
    WakeFrameBuffer(session);
    nghttp2_session_del(session);
  }
};
using SessionPtr = std::unique_ptr<nghttp2_session, Deleter>;

SessionPtr Server() {
  nghttp2_session_callbacks* callbacks = nullptr;
  REQUIRE(nghttp2_session_callbacks_new(&callbacks) == 0);
  nghttp2_session* session = nullptr;
  const int made =
      nghttp2_session_server_new3(&session, callbacks, nullptr, nullptr, SessionMemory());
  nghttp2_session_callbacks_del(callbacks);
  REQUIRE(made == 0);
  return SessionPtr(session);
}

bool HasBuffer(const SessionPtr& session) { return pinlatch_has_frame_buffer(session.get()) != 0; }

std::string NextFrame(const SessionPtr& session) {
  const uint8_t* bytes = nullptr;
  const nghttp2_ssize size = nghttp2_session_mem_send2(session.get(), &bytes);
  REQUIRE(size >= 0);
  return std::string(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
}

void Ping(const SessionPtr& session) {
  REQUIRE(nghttp2_submit_ping(session.get(), NGHTTP2_FLAG_NONE, nullptr) == 0);
}

}  // namespace

TEST_CASE("a session that has nothing to send has no buffer, and gets one to send again") {
  const SessionPtr session = Server();
  CHECK(HasBuffer(session));
  Ping(session);
  const std::string first = NextFrame(session);
  CHECK(first.size() == 17);
  CHECK(NextFrame(session).empty());
  RestFrameBuffer(session.get());
  CHECK_FALSE(HasBuffer(session));
  RestFrameBuffer(session.get());
  CHECK_FALSE(HasBuffer(session));

  Ping(session);
  WakeFrameBuffer(session.get());
  CHECK(HasBuffer(session));
  CHECK(NextFrame(session) == first);
}

TEST_CASE("a frame that nghttp2 may still look at keeps its buffer") {
  const SessionPtr session = Server();
  Ping(session);
  CHECK_FALSE(NextFrame(session).empty());
  RestFrameBuffer(session.get());
  CHECK(HasBuffer(session));
  CHECK(NextFrame(session).empty());
  RestFrameBuffer(session.get());
  CHECK_FALSE(HasBuffer(session));
}

TEST_CASE("memory that grows out of a frame buffer keeps what it held") {
  const nghttp2_mem& memory = *SessionMemory();
  const std::string text(17'000, 'x');
  auto* block = static_cast<char*>(memory.malloc(text.size(), nullptr));
  text.copy(block, text.size());
  auto* grown = static_cast<char*>(memory.realloc(block, 40'000, nullptr));
  CHECK(std::string(grown, text.size()) == text);
  memory.free(grown, nullptr);
}

}  // namespace pinlatch::http2
