// See session.h. This file: a session's life and what is sent; session_callbacks.cc has what comes.
#include "http2/session.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>
#include <vector>

#include "http2/session_callbacks.h"
#include "http2/session_memory.h"

namespace pinlatch::http2 {
namespace {

// Of SETTINGS and PING acknowledgements that wait; the connection stops reading long before.
constexpr size_t kMostWaitingAcks = 4000;
constexpr size_t kMostSettings = 32;  // entries of one frame; there are seven kinds
// nghttp2 counts a continuation more than once when its head comes in pieces: this bounds bytes on
// the wire, FieldBlock what they decode to, and FloodGuard their number.
constexpr size_t kMostContinuations = 64;
constexpr size_t kMostHeadSent = 256 * 1024;
constexpr uint32_t kLengthOfPriority = 5;  // bytes (RFC 9113 section 6.3)

struct OptionDeleter {
  void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
};
using OptionPtr = std::unique_ptr<nghttp2_option, OptionDeleter>;

OptionPtr MakeOption() {
  nghttp2_option* option = nullptr;
  if (nghttp2_option_new(&option) != 0) return nullptr;
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_option_set_no_closed_streams(option, 1);
  nghttp2_option_set_max_outbound_ack(option, kMostWaitingAcks);
  nghttp2_option_set_max_settings(option, kMostSettings);
  nghttp2_option_set_max_continuations(option, kMostContinuations);
  nghttp2_option_set_max_send_header_block_length(option, kMostHeadSent);
  // FloodGuard counts resets, and answers them with the code that is meant for it.
  nghttp2_option_set_stream_reset_rate_limit(option, 1'000'000, 1'000'000);
  return OptionPtr(option);
}

std::vector<nghttp2_nv> ToVector(std::span<const http::Field> fields) {
  std::vector<nghttp2_nv> vector;
  vector.reserve(fields.size() + 1);
  for (const http::Field& field : fields) vector.push_back(ToNv(field.name, field.value));
  return vector;
}

std::vector<nghttp2_nv> ToVector(std::string_view status, std::span<const http::Field> fields) {
  std::vector<nghttp2_nv> vector(fields.size() + 1);
  nghttp2_nv* at = vector.data();
  *at++ = ToNv(":status", status);
  for (const http::Field& field : fields) *at++ = ToNv(field.name, field.value);
  return vector;
}

// StatusText is three digits.
std::array<char, 3> StatusText(uint16_t status) {
  std::array<char, 3> text{};
  std::to_chars(text.data(), text.data() + text.size(), status);
  return text;
}

void AppendNumber(ByteBuffer& out, uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out.Append(static_cast<char>(number >> shift));
}

std::pair<Code, Error> Describe(int error) {
  const std::string what = nghttp2_strerror(error);
  switch (error) {
    case NGHTTP2_ERR_FLOODED:
    case NGHTTP2_ERR_TOO_MANY_SETTINGS:
    case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS:
      return {Code::kEnhanceYourCalm, Error(ErrorCode::kHttp2Flood, what)};
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC:
      return {Code::kProtocolError, Error(ErrorCode::kHttp2Protocol, what)};
    default:
      return {Code::kInternalError, Error(ErrorCode::kInternal, what)};
  }
}

}  // namespace

Result<std::unique_ptr<Session>> Session::Create(Role role, const Options& options,
                                                 SessionUser& user) {
  std::unique_ptr<Session> session(new Session(role, options, user));
  PINLATCH_TRY(session->Open());
  return session;
}

Session::Session(Role role, const Options& options, SessionUser& user)
    : role_(role), options_(options), user_(user), heads_(NGHTTP2_CLIENT_MAGIC_LEN) {}

Session::~Session() {
  if (session_ != nullptr) WakeFrameBuffer(session_);
  nghttp2_session_del(session_);
}

Status Session::Open() {
  const OptionPtr option = MakeOption();
  const nghttp2_session_callbacks* callbacks = SharedCallbacks();
  if (!option || callbacks == nullptr) return ErrorCode::kInternal;
  const bool server = role_ == Role::kServer;
  const auto create = server ? nghttp2_session_server_new3 : nghttp2_session_client_new3;
  const int made = create(&session_, callbacks, this, option.get(), SessionMemory());
  if (made != 0) return Error(ErrorCode::kInternal, nghttp2_strerror(made));
  const std::array<nghttp2_settings_entry, 5> settings{{
      {server ? NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS : NGHTTP2_SETTINGS_ENABLE_PUSH,
       server ? options_.max_streams : 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options_.stream_window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, options_.block.max_bytes},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
      {NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1},  // a server's word: RFC 8441 section 3
  }};
  const int told = nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(),
                                           server ? settings.size() : settings.size() - 1);
  const int widened = nghttp2_session_set_local_window_size(
      session_, NGHTTP2_FLAG_NONE, 0, static_cast<int32_t>(options_.session_window));
  if (told != 0 || widened != 0) return ErrorCode::kInternal;
  return {};
}

Status Session::Receive(ByteSpan bytes, MonotonicTime now) {
  now_ = now;
  size_t read = 0;
  size_t fed = 0;
  // Of DATA and PRIORITY nghttp2 passes over what RFC 9113 makes an error: DATA on closed streams
  // (section 6.1), and what a PRIORITY says.
  while (role_ == Role::kServer && !given_up_ && read < bytes.size()) {
    read += heads_.Read(bytes.subspan(read));
    if (!heads_.complete()) continue;
    // The state of the stream counts that all before this frame has left it in: the last byte of
    // the head is held back, since nghttp2 acts on a frame without a payload at once.
    Feed(bytes.subspan(fed, read - 1 - fed));
    fed = read - 1;
    if (!given_up_) Judge(heads_.head());
  }
  Feed(bytes.subspan(fed));
  ChargeForTheRest(bytes.size());
  if (given_up_) return *failure_;
  return {};
}

void Session::Feed(ByteSpan bytes) {
  if (given_up_ || bytes.empty()) return;
  const nghttp2_ssize taken = nghttp2_session_mem_recv2(session_, bytes.data(), bytes.size());
  if (taken >= 0 || given_up_) return;
  auto [code, why] = Describe(static_cast<int>(taken));
  GiveUp(code, std::move(why));
}

// A stream that depends on itself is an error of the connection here, as nghttp2 has it for HEADERS
// (RFC 9113 section 5.4 lets an endpoint do so): of an idle stream there is nothing to reset.
void Session::Judge(const FrameHead& head) {
  if (head.type == NGHTTP2_PRIORITY) {
    if (head.length != kLengthOfPriority || head.depends_on != head.stream) return;
    return GiveUp(Code::kProtocolError,
                  Error(ErrorCode::kHttp2Protocol, "PRIORITY: depend on itself"));
  }
  if (!IsClosed(head.stream)) return;
  owed_resets_.push_back(head.stream);
  NoteReset(head.stream);
  if (flood_.Charge(FloodGuard::kReset, now_)) return;
  GiveUp(Code::kEnhanceYourCalm, Error(ErrorCode::kHttp2Flood, "too much DATA on closed streams"));
}

// nghttp2 would need to remember closed streams to tell them from those that this end has reset.
bool Session::IsClosed(int32_t stream) const {
  return stream % 2 == 1 && stream <= nghttp2_session_get_last_proc_stream_id(session_) &&
         nghttp2_session_find_stream(session_, stream) == nullptr && !WasReset(stream);
}

bool Session::WasReset(int32_t stream) const {
  return std::find(reset_.begin(), reset_.end(), stream) != reset_.end();
}

// What nghttp2 passes over without a word is charged for by its bytes: frames of unknown types, and
// what was on its way to streams that are over.
void Session::ChargeForTheRest(size_t count) {
  constexpr uint64_t kBytesForOne = 4096;
  received_bytes_ += count;
  const uint64_t accounted = told_bytes_ + charged_bytes_;
  if (role_ == Role::kClient || received_bytes_ < accounted + kBytesForOne) return;
  const uint64_t cost = (received_bytes_ - accounted) / kBytesForOne;
  charged_bytes_ += cost * kBytesForOne;
  if (flood_.Charge(static_cast<uint32_t>(cost), now_)) return;
  GiveUp(Code::kEnhanceYourCalm,
         Error(ErrorCode::kHttp2Flood, "too many frames that serve no request"));
}

void Session::Send(ByteBuffer& out, size_t limit) {
  out_ = &out;
  WakeFrameBuffer(session_);
  while (!given_up_ && out.size() < limit) {
    const uint8_t* frame = nullptr;
    const nghttp2_ssize size = nghttp2_session_mem_send2(session_, &frame);
    if (size == 0) break;
    if (size < 0) {
      auto [code, why] = Describe(static_cast<int>(size));
      GiveUp(code, std::move(why));
      break;
    }
    out.Append(ByteSpan(frame, static_cast<size_t>(size)));
  }
  // With nothing left, no header block waits for its continuation.
  if (!owed_resets_.empty() && !given_up_ && nghttp2_session_want_write(session_) == 0) {
    AppendOwedResets(out);
  }
  RestFrameBuffer(session_);
  if (goaway_due_) AppendGoAway(out);
  out_ = nullptr;
}

bool Session::wants_to_send() const {
  return goaway_due_ ||
         (!given_up_ && (!owed_resets_.empty() || nghttp2_session_want_write(session_) != 0));
}

bool Session::over() const {
  if (given_up_) return !goaway_due_;
  return nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
}

size_t Session::waiting_frames() const { return nghttp2_session_get_outbound_queue_size(session_); }

bool Session::peer_allows_connect() const {
  return nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL) ==
         1;
}

uint32_t Session::peer_max_streams() const {
  return nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

void Session::Respond(int32_t stream, uint16_t status, std::span<const http::Field> fields,
                      bool has_body) {
  if (given_up_) return;
  const std::array<char, 3> text = StatusText(status);
  const std::vector<nghttp2_nv> vector = ToVector({text.data(), text.size()}, fields);
  const nghttp2_data_provider2 body = BodyOfUser();
  const int failed = nghttp2_submit_response2(session_, stream, vector.data(), vector.size(),
                                              has_body ? &body : nullptr);
  if (failed != 0) Reset(stream, Code::kInternalError);
}

void Session::Interim(int32_t stream, uint16_t status, std::span<const http::Field> fields) {
  if (given_up_) return;
  const std::array<char, 3> text = StatusText(status);
  const std::vector<nghttp2_nv> vector = ToVector({text.data(), text.size()}, fields);
  const int failed = nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, stream, nullptr,
                                            vector.data(), vector.size(), nullptr);
  if (failed < 0) Reset(stream, Code::kInternalError);
}

bool Session::may_request() const {
  return !given_up_ && nghttp2_session_check_request_allowed(session_) != 0;
}

void Session::SkipTo(int32_t next) { (void)nghttp2_session_set_next_stream_id(session_, next); }

Result<int32_t> Session::Request(std::span<const http::Field> fields, bool has_body,
                                 StreamUser& user) {
  if (given_up_) return *failure_;
  const std::vector<nghttp2_nv> vector = ToVector(fields);
  const nghttp2_data_provider2 body = BodyOfUser();
  const int32_t stream = nghttp2_submit_request2(session_, nullptr, vector.data(), vector.size(),
                                                 has_body ? &body : nullptr, &user);
  if (stream < 0) return Error(ErrorCode::kInternal, nghttp2_strerror(stream));
  return stream;
}

// Of a stream that is not waiting, or not there, nghttp2 says so: nothing is to be done then.
void Session::Resume(int32_t stream) {
  if (!given_up_) (void)nghttp2_session_resume_data(session_, stream);
}

void Session::Consume(int32_t stream, size_t count) {
  if (!given_up_ && nghttp2_session_consume(session_, stream, count) != 0) {
    GiveUp(Code::kInternalError, Error(ErrorCode::kInternal, "flow control"));
  }
}

void Session::ConsumeOfClosed(size_t count) {
  if (count > 0 && !given_up_ && nghttp2_session_consume_connection(session_, count) != 0) {
    GiveUp(Code::kInternalError, Error(ErrorCode::kInternal, "flow control"));
  }
}

void Session::ReopenWindow(int32_t stream, size_t count) {
  if (count > 0 && !given_up_ && nghttp2_session_consume_stream(session_, stream, count) != 0) {
    GiveUp(Code::kInternalError, Error(ErrorCode::kInternal, "flow control"));
  }
}

void Session::Reset(int32_t stream, Code code) {
  if (!given_up_ && nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream,
                                              static_cast<uint32_t>(code)) != 0) {
    GiveUp(Code::kInternalError, Error(ErrorCode::kInternal, "the stream could not be reset"));
  }
}

void Session::Forget(int32_t stream) {
  nghttp2_session_set_stream_user_data(session_, stream, nullptr);
}

bool Session::window_closed(int32_t stream) const {
  return nghttp2_session_get_remote_window_size(session_) <= 0 ||
         nghttp2_session_get_stream_remote_window_size(session_, stream) <= 0;
}

void Session::AnnounceShutdown() {
  if (role_ == Role::kServer && !given_up_ && nghttp2_submit_shutdown_notice(session_) != 0) {
    GiveUp(Code::kInternalError, Error(ErrorCode::kInternal, "out of memory for GOAWAY"));
  }
}

void Session::GoAway(Code code) {
  if (given_up_) return;
  const int32_t last = nghttp2_session_get_last_proc_stream_id(session_);
  if (nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last, static_cast<uint32_t>(code), nullptr,
                            0) != 0) {
    GiveUp(Code::kInternalError, Error(ErrorCode::kInternal, "out of memory for GOAWAY"));
  }
}

void Session::GiveUp(Code code, Error why) {
  if (given_up_) return;
  given_up_ = goaway_due_ = true;
  failure_code_ = code;
  if (!failure_.has_value()) failure_ = std::move(why);
}

StreamUser* Session::UserOf(int32_t stream) const {
  return static_cast<StreamUser*>(nghttp2_session_get_stream_user_data(session_, stream));
}

void Session::NoteReset(int32_t stream) {
  if (role_ == Role::kClient || WasReset(stream)) return;
  if (reset_.size() < options_.max_streams) return reset_.push_back(stream);
  if (!reset_.empty()) reset_[resets_++ % reset_.size()] = stream;
}

// RST_STREAM (RFC 9113 section 6.4) with STREAM_CLOSED, by hand: nghttp2 resets open streams only.
void Session::AppendOwedResets(ByteBuffer& out) {
  constexpr std::string_view kHead("\0\0\x04\x03\0", 5);
  for (const int32_t stream : owed_resets_) {
    out.Append(kHead);
    AppendNumber(out, static_cast<uint32_t>(stream));
    AppendNumber(out, static_cast<uint32_t>(Code::kStreamClosed));
  }
  owed_resets_.clear();
}

// The frame of RFC 9113 section 6.8 by hand: after an error nghttp2 is not asked any more.
void Session::AppendGoAway(ByteBuffer& out) {
  constexpr std::string_view kHead("\0\0\x08\x07\0\0\0\0\0", 9);
  goaway_due_ = false;
  out.Append(kHead);
  AppendNumber(out, static_cast<uint32_t>(nghttp2_session_get_last_proc_stream_id(session_)));
  AppendNumber(out, static_cast<uint32_t>(failure_code_));
}

}  // namespace pinlatch::http2
