// See http2_upstream.h.
#include "upstream/http2_upstream.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "forwarding/http1_head_lines.h"
#include "http/head.h"

namespace pinlatch::proxy {
namespace {

constexpr size_t kPiece = 16 * 1024;
constexpr size_t kBacklog = 2 * kPiece;  // request bytes that may wait for the upstream
constexpr http2::BlockLimits kResponseLimits{64 * 1024, 200};

// These belong to HTTP/1.1's connection (RFC 9113 section 8.2.2), or become pseudo-fields.
bool IsOfHttp1(std::string_view name) {
  static constexpr std::string_view kNames[] = {"Host",       "Transfer-Encoding", "Connection",
                                                "Keep-Alive", "Proxy-Connection",  "Upgrade"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view one) { return http::EqualsIgnoringCase(name, one); });
}

void Copy(const http2::FieldBlock& from, http2::FieldBlock& into) {
  into.Clear();
  for (const http::Field& field : from.fields()) {
    if (!field.name.starts_with(':')) into.Add(field.name, field.value, kResponseLimits);
  }
  into.Seal();
}

uint16_t StatusOf(const http2::FieldBlock& block) {
  const http::Field* field = block.Pseudo(":status");
  uint16_t status = 0;
  if (field == nullptr || field->value.size() != 3) return 0;
  const char* end = field->value.data() + field->value.size();
  const auto [at, error] = std::from_chars(field->value.data(), end, status);
  return error == std::errc() && at == end ? status : uint16_t{0};
}

}  // namespace

Result<std::unique_ptr<UpstreamStream>> Http2Upstream::Open(UpstreamWorker& worker,
                                                            const Target& target, bool allow_reuse,
                                                            UpstreamStream::User& user) {
  PINLATCH_ASSIGN(Http2UpstreamConnection * connection,
                  worker.http2_pool.Find(worker, target, allow_reuse));
  return std::unique_ptr<UpstreamStream>(
      new Http2Upstream(*connection, target.security != nullptr, user));
}

Http2Upstream::Http2Upstream(Http2UpstreamCarrier& connection, bool secure,
                             UpstreamStream::User& user)
    : connection_(connection), user_(user), secure_(secure), reused_(connection.stands()) {
  connection_.Attach(*this);
}

Http2Upstream::~Http2Upstream() {
  if (id_ != 0 && !over_) {
    http2::Session& session = connection_.session();
    session.Forget(id_);
    session.Reset(id_, http2::Code::kCancel);
  }
  if (id_ != 0) connection_.session().ConsumeOfClosed(body_.size());
  connection_.Detach(*this);
  connection_.SendSoon();
}

Progress Http2Upstream::Connect() {
  const Progress progress = connection_.Connect();
  if (progress == Progress::kFailed) {
    const Error* distrust = connection_.distrust();
    error_ = distrust != nullptr ? *distrust : connection_.error();
  }
  return progress;
}

void Http2Upstream::SendHead(const UpstreamRequest& request) {
  const Http1HeadLines head(AsText(request.head));
  std::vector<http::Field> fields = {{":method", head.method()},
                                     {":scheme", secure_ ? "https" : "http"},
                                     {":authority", head.host()},
                                     {":path", head.target()}};
  for (const http::Field& field : head.fields()) {
    if (!IsOfHttp1(field.name)) fields.push_back(field);
  }
  if (request.takes_trailers) fields.push_back({"te", "trailers"});
  auto id = connection_.session().Request(fields, request.has_body, *this);
  if (!id.ok()) return Fail(ErrorCode::kUpstreamReset, id.error().detail, Replay::kAlways);
  id_ = *id;
  received_before_ = connection_.received();
  connection_.SendSoon();
}

size_t Http2Upstream::BodyRoom() const {
  return failed_ || over_ || out_.size() >= kBacklog ? 0 : kPiece;
}

void Http2Upstream::SendBody(ByteSpan payload) {
  out_.Append(payload);
  if (!over_) connection_.session().Resume(id_);
  connection_.SendSoon();
}

void Http2Upstream::EndBody(std::span<const http::Field> trailers) {
  request_ended_ = true;
  request_trailers_ = trailers;
  if (over_ || id_ == 0) return;
  connection_.session().Resume(id_);
  connection_.SendSoon();
}

Progress Http2Upstream::Flush() {
  if (over_ && !request_ended_) return Progress::kFailed;
  return std::exchange(taken_, false) ? Progress::kMoved : Progress::kBlocked;
}

Progress Http2Upstream::ReceiveHead(http::ResponseHead& into) {
  if (interims_given_ < interims_.size()) {
    const Interim& interim = *interims_[interims_given_++];
    into = http::ResponseHead();
    into.status = interim.status;
    for (const http::Field& field : interim.block.fields()) into.fields.Add(field);
    return Progress::kMoved;
  }
  interims_.clear();
  interims_given_ = 0;
  if (!has_head_) return failed_ ? Progress::kFailed : Progress::kBlocked;
  head_given_ = true;
  into = http::ResponseHead();
  into.status = status_;
  for (const http::Field& field : head_block_.fields()) {
    into.fields.Add(field);
    if (field.name != "content-length") continue;
    const char* end = field.value.data() + field.value.size();
    const auto [at, error] = std::from_chars(field.value.data(), end, into.content_length);
    into.has_content_length = error == std::errc() && at == end && status_ != 204;
  }
  return Progress::kMoved;
}

UpstreamPull Http2Upstream::PullBody(size_t max) {
  ReleasePulled();
  if (!body_.empty()) {
    pulled_ = std::min(max, body_.size());
    return {UpstreamPull::Kind::kData, body_.readable().first(pulled_)};
  }
  if (ended_) return {UpstreamPull::Kind::kEnd, {}};
  return {failed_ ? UpstreamPull::Kind::kFailed : UpstreamPull::Kind::kBlocked, {}};
}

// ReleasePulled lets the upstream send as much again as the client has taken.
void Http2Upstream::ReleasePulled() {
  if (pulled_ == 0) return;
  body_.Consume(pulled_);
  body_.ReleaseIfEmpty();
  http2::Session& session = connection_.session();
  if (over_) {
    session.ConsumeOfClosed(pulled_);
  } else {
    session.Consume(id_, pulled_);
  }
  pulled_ = 0;
  connection_.SendSoon();
}

void Http2Upstream::Finish(Duration keep_alive, uint32_t max_idle) {
  ReleasePulled();
  connection_.KeepFor(max_idle == 0 ? Duration::zero() : keep_alive);
}

void Http2Upstream::LoseConnection(const Error& error) {
  over_ = true;
  // A connection that stood and then fell silent had most likely gone stale: nobody has acted on
  // the request.
  const bool stale = reused_ && connection_.received() == received_before_;
  Fail(error.code, error.detail, stale ? Replay::kIdempotent : Replay::kNever);
}

void Http2Upstream::Refuse(std::string why) {
  // What nobody has read yet was not sent on either: the client can still be told.
  if (!head_given_ && !failed_ && !ended_) has_head_ = false;
  Fail(ErrorCode::kUpstreamMalformed, "HTTP/2: " + std::move(why), Replay::kNever);
}

void Http2Upstream::NoteGoAway(int32_t last_stream) {
  if (id_ == 0 || (id_ <= last_stream && head_sent_) || ended_) return;
  if (!over_) connection_.session().Forget(id_);
  over_ = true;
  Fail(ErrorCode::kUpstreamReset, "the service is going away", Replay::kAlways);
}

void Http2Upstream::OnFields(const http2::FieldBlock& block) {
  if (has_head_) return Copy(block, trailer_block_);
  const uint16_t status = StatusOf(block);
  if (status < 100 || block.too_large()) {
    return Refuse(block.too_large() ? "the response head is too large" : "no status");
  }
  if (status == 101) return Refuse("a 101 response (RFC 9113 section 8.6)");
  if (status < 200) return TakeInterim(status, block);
  status_ = status;
  has_head_ = true;
  Copy(block, head_block_);
  connection_.NoteReady(*this);
}

// All wait that the bound lets through, but that of many 102 no more do: they all say the same.
void Http2Upstream::TakeInterim(uint16_t status, const http2::FieldBlock& block) {
  if (!interim_bound_.Takes(status)) return Refuse("too many interim responses");
  if (status == 102 && interims_.size() >= InterimBound::kMost) return;
  interims_.push_back(std::make_unique<Interim>());
  interims_.back()->status = status;
  Copy(block, interims_.back()->block);
  connection_.NoteReady(*this);
}

void Http2Upstream::OnData(ByteSpan bytes) {
  body_.Append(bytes);
  connection_.NoteReady(*this);
}

void Http2Upstream::OnEnd() {
  ended_ = true;
  connection_.NoteReady(*this);
}

void Http2Upstream::OnClosed(http2::Code code) {
  over_ = true;
  if (ended_) return connection_.NoteReady(*this);
  // What the upstream sent was no HTTP/2: LoseConnection, which comes next, says so.
  if (connection_.session().failure().has_value()) return;
  if (code == http2::Code::kRefusedStream) {
    return Fail(ErrorCode::kUpstreamReset, "refused the stream", Replay::kAlways);
  }
  Fail(ErrorCode::kUpstreamReset,
       "reset the stream (HTTP/2 error " + std::to_string(static_cast<uint32_t>(code)) + ")",
       Replay::kNever);
}

void Http2Upstream::OnTaken() {
  taken_ = true;
  connection_.NoteReady(*this);
}

// Fail keeps the first reason. What came of a response before is still read.
void Http2Upstream::Fail(ErrorCode code, std::string detail, Replay replay) {
  if (failed_ || ended_) return connection_.NoteReady(*this);
  failed_ = true;
  error_ = has_head_ ? Error(ErrorCode::kUpstreamTruncated, "the response ended early: " + detail)
                     : Error(code, std::move(detail));
  replay_ = replay;
  connection_.NoteReady(*this);
}

}  // namespace pinlatch::proxy
