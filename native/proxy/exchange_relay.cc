// See exchange.h. This file: moving bytes both ways with back-pressure. Every step says whether it
// moved something, so that Advance ends when nothing does.
#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "proxy/exchange.h"
#include "proxy/forwarded_head.h"

namespace pinlatch::proxy {
namespace {

constexpr size_t kPiece = 16 * 1024;             // of a request: the most that a TLS record carries
constexpr size_t kUpstreamBacklog = 2 * kPiece;  // request bytes that may wait for the upstream
constexpr uint32_t kMaxInterimResponses = 16;
constexpr int kRounds = 8;  // then other connections get their turn
constexpr http::HeadLimits kResponseLimits{64 * 1024, 200, 8 * 1024};

std::string Reason(const Transfer& transfer) {
  if (transfer.kind == Transfer::Kind::kEnd) return "closed before a response head";
  return std::strerror(transfer.system_error);
}

}  // namespace

bool Exchange::Advance() {
  int round = 0;
  while (round < kRounds && !finished()) {
    const bool moved = phase_ == Phase::kConnecting ? FinishConnecting() : Relay();
    if (!moved) break;
    ++round;
  }
  return round > 0;
}

bool Exchange::Relay() {
  const bool sent = SendRequest();
  return (!finished() && ReceiveResponse()) || sent;
}

bool Exchange::SendRequest() {
  if (request_sent_) return false;
  bool moved = PullRequestBody();
  if (!finished()) moved |= FlushUpstream();
  return moved;
}

bool Exchange::PullRequestBody() {
  bool moved = false;
  ByteBuffer& out = connection_->out();
  while (!request_pulled_ && out.size() < kUpstreamBacklog) {
    const BodyPull pull = stream_.PullBody(kPiece);
    if (pull.kind == BodyPull::Kind::kBlocked) break;
    moved = true;
    if (pull.kind == BodyPull::Kind::kFailed) {
      Fail(Error(pull.error));
      return true;
    }
    if (pull.kind == BodyPull::Kind::kEnd) {
      request_pulled_ = true;
      if (request_framing_ == http::Framing::kChunked) http::AppendLastChunk(out);
      ArmUpstreamTimer();
      break;
    }
    record_.bytes_in += pull.payload.size();
    if (record_.bytes_in > listener().limits.body_bytes) {
      Fail(Error(ErrorCode::kBodyTooLarge));
      return true;
    }
    if (request_framing_ == http::Framing::kChunked) {
      http::AppendChunk(out, pull.payload);
    } else {
      out.Append(pull.payload);
    }
  }
  return moved;
}

bool Exchange::FlushUpstream() {
  const Transfer transfer = connection_->Flush();
  if (transfer.kind == Transfer::Kind::kFailed) {
    // The upstream may have answered early and closed: what it sent is read before it counts as
    // lost.
    upstream_deaf_ = true;
    request_sent_ = true;
    connection_->out().Clear();
    return true;
  }
  if (transfer.kind == Transfer::Kind::kMoved) ArmUpstreamTimer();
  if (request_pulled_ && connection_->out().empty()) request_sent_ = true;
  return transfer.kind == Transfer::Kind::kMoved;
}

bool Exchange::ReceiveResponse() { return response_begun_ ? RelayBody() : ReceiveHead(); }

bool Exchange::ReceiveHead() {
  auto end = http::FindHeadEnd(connection_->in().readable(), head_scanned_, kResponseLimits);
  if (!end.ok()) return UpstreamLost(ErrorCode::kUpstreamMalformed, "invalid response head");
  if (*end > 0) return AcceptHead(*end);
  const Transfer transfer = connection_->Fill(kPiece);
  if (transfer.kind == Transfer::Kind::kWouldBlock) return false;
  if (transfer.kind != Transfer::Kind::kMoved)
    return UpstreamLost(ErrorCode::kUpstreamReset, Reason(transfer));
  return true;
}

bool Exchange::AcceptHead(size_t length) {
  ByteBuffer& in = connection_->in();
  http::ResponseHead& head = worker_.response_head;
  Status parsed = http::ParseResponseHead(in.text().substr(0, length), request_was_head_,
                                          kResponseLimits, head);
  if (!parsed.ok() || head.status == 101) {  // 101: the gateway never asked to upgrade
    Answer(
        Error(ErrorCode::kUpstreamMalformed,
              record_.upstream + ": " + (parsed.ok() ? "unexpected 101" : parsed.error().detail)));
    return true;
  }
  head_scanned_ = 0;
  if (head.status <
      200) {  // Interim: the gateway answers expectations itself, and nothing else of it matters.
    in.Consume(length);
    if (++interim_responses_ > kMaxInterimResponses) {
      Answer(
          Error(ErrorCode::kUpstreamMalformed, record_.upstream + ": too many interim responses"));
    }
    return true;
  }
  const bool has_body = !request_was_head_ && head.status != 204 && head.status != 304;
  OutgoingHead outgoing{head.status, {}, has_body, std::nullopt, record_.id};
  if (head.has_content_length) outgoing.content_length = head.content_length;
  SelectForwardedFields(head, worker_.response_fields);
  outgoing.fields = worker_.response_fields;
  stream_.SendHead(outgoing);

  record_.status = head.status;
  response_begun_ = true;
  phase_ = Phase::kRelaying;
  upstream_reusable_ = head.keep_alive && head.framing != http::Framing::kUntilClose;
  switch (head.framing) {
    case http::Framing::kNone:
      response_decoder_ = http::BodyDecoder::None();
      break;
    case http::Framing::kLength:
      response_decoder_ = http::BodyDecoder::Length(head.content_length);
      break;
    case http::Framing::kChunked:
      response_decoder_ = http::BodyDecoder::Chunked();
      break;
    case http::Framing::kUntilClose:
      response_decoder_ = http::BodyDecoder::UntilClose();
      break;
  }
  in.Consume(length);
  request_head_.Release();
  if (response_decoder_.done()) FinishResponse();
  return true;
}

bool Exchange::RelayBody() {
  bool moved = false;
  ByteBuffer& in = connection_->in();
  while (!response_decoder_.done()) {
    const size_t room = stream_.BodyRoom();
    if (room == 0) return moved;
    auto step = response_decoder_.Decode(in.readable(), room);
    if (!step.ok()) {
      Fail(Error(ErrorCode::kUpstreamTruncated,
                 record_.upstream + ": invalid response body framing"));
      return true;
    }
    if (step->consumed > 0) {
      if (!step->payload.empty()) stream_.SendBody(step->payload);
      record_.bytes_out += step->payload.size();
      in.Consume(step->consumed);
      moved = true;
      continue;
    }
    const Transfer transfer = connection_->Fill(2 * kRecordPayload);
    if (transfer.kind == Transfer::Kind::kWouldBlock) return moved;
    moved = true;
    if (transfer.kind == Transfer::Kind::kMoved) {
      ArmUpstreamTimer();
      continue;
    }
    if (transfer.kind == Transfer::Kind::kEnd && response_decoder_.EndOfStream().ok()) break;
    Fail(Error(ErrorCode::kUpstreamTruncated, record_.upstream + ": the response ended early"));
    return true;
  }
  FinishResponse();
  return true;
}

void Exchange::FinishResponse() {
  stream_.EndBody({});
  ReleaseUpstream();
  phase_ = Phase::kFinished;
}

void Exchange::ArmUpstreamTimer() {
  const bool awaiting = phase_ == Phase::kAwaitingHead && request_pulled_;
  connection_->ArmTimer(awaiting ? upstream().response_timeout : upstream().idle_timeout);
}

}  // namespace pinlatch::proxy
