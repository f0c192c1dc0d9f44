// See session_callbacks.h. None of these may end the session from within nghttp2: what goes wrong
// is noted in the Session and acted upon when nghttp2 has returned.
#include "http2/session_callbacks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "http2/session.h"

namespace pinlatch::http2 {
namespace {

// What frames cost of a FloodGuard's budget: settings and continuations may each carry a frame full
// of work.
constexpr uint32_t kCheap = 1;
constexpr uint32_t kCostOfSettings = 10;
constexpr uint32_t kCostOfContinuation = 20;
// How much of a header block beyond the limits is decoded before the peer is taken for hostile.
constexpr uint64_t kMostExcess = 256 * 1024;
// A DATA frame and its head fill one TLS record of 16,383 bytes, so that no runt is left behind.
constexpr size_t kFrameHead = 9;
constexpr size_t kMostData = 16 * 1024 - 1 - kFrameHead;

// CostOf is what a frame costs before it is known what it leads to; frames that carry a message are
// free.
uint32_t CostOf(const nghttp2_frame_hd& head) {
  switch (head.type) {
    case NGHTTP2_DATA:
      return head.length > 0 || (head.flags & NGHTTP2_FLAG_END_STREAM) != 0 ? 0 : kCheap;
    case NGHTTP2_HEADERS:
      return 0;
    case NGHTTP2_CONTINUATION:
      return kCostOfContinuation;
    case NGHTTP2_RST_STREAM:
      return FloodGuard::kReset;
    case NGHTTP2_SETTINGS:
      return (head.flags & NGHTTP2_FLAG_ACK) != 0 ? kCheap : kCostOfSettings;
    default:
      return kCheap;
  }
}

std::string_view TextOf(nghttp2_rcbuf* buffer) {
  const nghttp2_vec bytes = nghttp2_rcbuf_get_buf(buffer);
  return {reinterpret_cast<const char*>(bytes.base), bytes.len};
}

bool BlamesPeer(uint32_t code) {
  return code == NGHTTP2_PROTOCOL_ERROR || code == NGHTTP2_FLOW_CONTROL_ERROR ||
         code == NGHTTP2_STREAM_CLOSED || code == NGHTTP2_FRAME_SIZE_ERROR;
}

bool StartsMessage(const nghttp2_frame* frame) {
  return frame->headers.cat == NGHTTP2_HCAT_REQUEST;
}

}  // namespace

// Callbacks is a struct so that Session can befriend it.
struct Callbacks {
  static Session& Of(void* user_data) { return *static_cast<Session*>(user_data); }

  static int OnBeginFrame(nghttp2_session*, const nghttp2_frame_hd* head, void* user_data) {
    Session& session = Of(user_data);
    session.told_bytes_ += kFrameHead + head->length;
    // nghttp2 passes over PRIORITY as a whole, which stands for nothing any more.
    if (head->type == NGHTTP2_PRIORITY && head->stream_id == 0) {
      session.GiveUp(Code::kProtocolError,
                     Error(ErrorCode::kHttp2Protocol, "PRIORITY: stream_id == 0"));
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    // A request under a number that has had its turn (RFC 9113 section 5.1.1).
    if (session.role_ == Session::Role::kServer && head->type == NGHTTP2_HEADERS &&
        session.IsClosed(head->stream_id)) {
      session.GiveUp(Code::kStreamClosed,
                     Error(ErrorCode::kHttp2Protocol, "HEADERS: stream closed"));
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    const uint32_t cost = session.role_ == Session::Role::kServer ? CostOf(*head) : 0;
    if (cost == 0 || session.flood_.Charge(cost, session.now_)) return 0;
    session.GiveUp(Code::kEnhanceYourCalm, Error(ErrorCode::kHttp2Flood, "too many empty frames"));
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  static int OnBeginHeaders(nghttp2_session*, const nghttp2_frame*, void* user_data) {
    Session& session = Of(user_data);
    session.block_.Clear();
    session.reading_block_ = true;
    return 0;
  }

  static int OnHeader(nghttp2_session*, const nghttp2_frame*, nghttp2_rcbuf* name,
                      nghttp2_rcbuf* value, uint8_t, void* user_data) {
    Session& session = Of(user_data);
    session.block_.Add(TextOf(name), TextOf(value), session.options_.block);
    if (session.block_.excess_bytes() <= kMostExcess) return 0;
    session.GiveUp(Code::kEnhanceYourCalm,
                   Error(ErrorCode::kHttp2Flood, "a header block that does not end"));
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  // A field that nghttp2 would pass over makes the message malformed (RFC 9113 section 8.2.1).
  static int OnInvalidHeader(nghttp2_session*, const nghttp2_frame*, nghttp2_rcbuf*, nghttp2_rcbuf*,
                             uint8_t, void*) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    Session& session = Of(user_data);
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
        OnHeaders(session, frame);
        break;
      case NGHTTP2_DATA:
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) TellEnd(session, frame);
        break;
      case NGHTTP2_SETTINGS:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) {
          session.settings_acknowledged_ = true;
        } else {
          session.user_.OnSettings();
        }
        break;
      case NGHTTP2_GOAWAY:
        session.user_.OnGoAway(frame->goaway.last_stream_id,
                               static_cast<Code>(frame->goaway.error_code));
        break;
      default:
        break;
    }
    return 0;
  }

  static void OnHeaders(Session& session, const nghttp2_frame* frame) {
    const int32_t id = frame->hd.stream_id;
    const bool ended = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    session.reading_block_ = false;
    session.block_.Seal();
    if (session.role_ == Session::Role::kServer && StartsMessage(frame)) {
      StreamUser* user = session.user_.OnRequest(id, session.block_, ended);
      nghttp2_session_set_stream_user_data(session.session_, id, user);
      return;
    }
    StreamUser* user = session.UserOf(id);
    if (user == nullptr) return;
    user->OnFields(session.block_);
    if (ended) TellEnd(session, frame);
  }

  static void TellEnd(Session& session, const nghttp2_frame* frame) {
    StreamUser* user = session.UserOf(frame->hd.stream_id);  // OnFields may have ended its part
    if (user != nullptr) user->OnEnd();
  }

  static int OnInvalidFrame(nghttp2_session*, const nghttp2_frame* frame, int error,
                            void* user_data) {
    Session& session = Of(user_data);
    const int32_t id = frame->hd.stream_id;
    // What follows on a stream that is refused may come before its reset has been sent.
    if (error == NGHTTP2_ERR_REFUSED_STREAM) session.NoteReset(id);
    if (error != NGHTTP2_ERR_HTTP_HEADER && error != NGHTTP2_ERR_HTTP_MESSAGING) return 0;
    session.reading_block_ = false;
    session.block_.Seal();
    session.user_.OnMalformed(id, session.UserOf(id), session.block_, nghttp2_strerror(error));
    return 0;
  }

  static int OnDataChunk(nghttp2_session* nghttp2, uint8_t, int32_t id, const uint8_t* bytes,
                         size_t size, void* user_data) {
    StreamUser* user = Of(user_data).UserOf(id);
    if (user != nullptr) {
      user->OnData({bytes, size});
    } else {
      nghttp2_session_consume(nghttp2, id, size);
    }
    return 0;
  }

  static int OnStreamClose(nghttp2_session* nghttp2, int32_t id, uint32_t code, void* user_data) {
    StreamUser* user = Of(user_data).UserOf(id);
    if (user == nullptr) return 0;
    nghttp2_session_set_stream_user_data(nghttp2, id, nullptr);
    user->OnClosed(static_cast<Code>(code));
    return 0;
  }

  static int OnFrameSent(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    Session& session = Of(user_data);
    if (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS) {
      session.flood_.Credit();
      StreamUser* user = session.UserOf(frame->hd.stream_id);
      const bool ended = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
      if (user != nullptr && frame->hd.type == NGHTTP2_HEADERS) user->OnHeadSent();
      if (ended && user != nullptr) user->OnSent();
    }
    if (frame->hd.type == NGHTTP2_RST_STREAM) {
      session.NoteReset(frame->hd.stream_id);
    }
    // Work that a peer throws away by breaking a rule costs what a reset does (CVE-2025-8671).
    if (frame->hd.type == NGHTTP2_RST_STREAM && BlamesPeer(frame->rst_stream.error_code) &&
        session.role_ == Session::Role::kServer &&
        !session.flood_.Charge(FloodGuard::kReset, session.now_)) {
      session.GiveUp(Code::kEnhanceYourCalm,
                     Error(ErrorCode::kHttp2Flood, "too many malformed streams"));
    }
    if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR &&
        !session.failure_.has_value()) {
      const std::string_view why(reinterpret_cast<const char*>(frame->goaway.opaque_data),
                                 frame->goaway.opaque_data_len);
      session.failure_code_ = static_cast<Code>(frame->goaway.error_code);
      session.failure_ = Error(ErrorCode::kHttp2Protocol, std::string(why));
    }
    return 0;
  }

  // A head that cannot be sent (too large for nghttp2) must not leave its stream waiting.
  static int OnFrameNotSent(nghttp2_session* nghttp2, const nghttp2_frame* frame, int,
                            void* user_data) {
    const int32_t id = frame->hd.stream_id;
    if (frame->hd.type != NGHTTP2_HEADERS || Of(user_data).UserOf(id) == nullptr) return 0;
    return nghttp2_submit_rst_stream(nghttp2, NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
  }

  static nghttp2_ssize ReadBody(nghttp2_session* nghttp2, int32_t id, uint8_t*, size_t max,
                                uint32_t* flags, nghttp2_data_source*, void* user_data) {
    StreamUser* user = Of(user_data).UserOf(id);
    if (user == nullptr) return NGHTTP2_ERR_DEFERRED;  // it will be reset
    const size_t waiting = user->outgoing().size();
    const size_t size = std::min({waiting, max, kMostData});
    const bool last = user->outgoing_ended() && size == waiting;
    if (size == 0 && !last) return NGHTTP2_ERR_DEFERRED;
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (!last) return static_cast<nghttp2_ssize>(size);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!user->trailers().empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      std::vector<nghttp2_nv> fields;
      for (const http::Field& field : user->trailers()) {
        fields.push_back(ToNv(field.name, field.value));
      }
      const int failed = nghttp2_submit_trailer(nghttp2, id, fields.data(), fields.size());
      if (failed != 0) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    return static_cast<nghttp2_ssize>(size);
  }

  static int SendData(nghttp2_session*, nghttp2_frame* frame, const uint8_t* frame_head,
                      size_t size, nghttp2_data_source*, void* user_data) {
    Session& session = Of(user_data);
    StreamUser* user = session.UserOf(frame->hd.stream_id);
    if (user == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    session.out_->Append(ByteSpan(frame_head, kFrameHead));
    session.out_->Append(user->outgoing().readable().first(size));
    user->outgoing().Consume(size);
    user->OnTaken();
    return 0;
  }
};

namespace {

nghttp2_session_callbacks* MakeCallbacks() {
  nghttp2_session_callbacks* table = nullptr;
  if (nghttp2_session_callbacks_new(&table) != 0) return nullptr;
  nghttp2_session_callbacks_set_on_begin_frame_callback(table, Callbacks::OnBeginFrame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(table, Callbacks::OnBeginHeaders);
  nghttp2_session_callbacks_set_on_header_callback2(table, Callbacks::OnHeader);
  nghttp2_session_callbacks_set_on_invalid_header_callback2(table, Callbacks::OnInvalidHeader);
  nghttp2_session_callbacks_set_on_frame_recv_callback(table, Callbacks::OnFrame);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(table, Callbacks::OnInvalidFrame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table, Callbacks::OnDataChunk);
  nghttp2_session_callbacks_set_on_stream_close_callback(table, Callbacks::OnStreamClose);
  nghttp2_session_callbacks_set_on_frame_send_callback(table, Callbacks::OnFrameSent);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(table, Callbacks::OnFrameNotSent);
  nghttp2_session_callbacks_set_send_data_callback(table, Callbacks::SendData);
  return table;
}

}  // namespace

const nghttp2_session_callbacks* SharedCallbacks() {
  static const nghttp2_session_callbacks* const table = MakeCallbacks();
  return table;
}

nghttp2_data_provider2 BodyOfUser() {
  nghttp2_data_provider2 provider{};
  provider.read_callback = Callbacks::ReadBody;
  return provider;
}

}  // namespace pinlatch::http2
