// Fuzzes http2::Session (and with it http2/session_callbacks.cc, FieldBlock, FloodGuard) together
// with http::ParseRequestFields: a server's session is fed with bytes in pieces, and answers what
// it takes for requests. The first byte chooses how: whether the preface and settings come in
// front, how large the pieces are, and how requests are answered. What it sends must be frames, and
// what it reads must not depend on the pieces.
//
// Accepted is a connection whose requests were all read to the end; else the first refusal counts.
#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "http/request_fields.h"
#include "http2/session.h"
#include "outcome.h"

namespace {

using namespace pinlatch;
using fuzz::Outcome;
using fuzz::Require;

constexpr size_t kMostStreams = 8;
constexpr size_t kFrameHead = 9;
constexpr uint8_t kSettingsFrame = 4;
constexpr uint8_t kGoAwayFrame = 7;

constexpr std::string_view kOpening("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", 33);

class Stream final : public http2::StreamUser {
 public:
  void OnFields(const http2::FieldBlock&) override {}
  void OnData(ByteSpan bytes) override { received += bytes.size(); }
  void OnEnd() override { ended = true; }
  void OnClosed(http2::Code) override { closed = true; }
  void OnSent() override {}
  ByteBuffer& outgoing() override { return out; }
  void OnTaken() override {}
  bool outgoing_ended() const override { return true; }
  std::span<const http::Field> trailers() const override { return {}; }

  ByteBuffer out;
  size_t received = 0;
  bool ended = false;
  bool closed = false;
};

// Read is what was made of a connection.
struct Read {
  std::string requests;  // one line each
  size_t body_bytes = 0;
  size_t whole = 0;  // requests that were read to the end
  bool over = false;
  std::string refusal;

  void Add(const http::RequestHead& head) {
    requests.append(head.method).append(" ").append(head.path).append("\n");
  }
  void Refuse(std::string_view rule) {
    if (refusal.empty()) refusal = rule;
  }
  Outcome outcome() const {
    if (!refusal.empty()) return Outcome::Refused(refusal);
    return whole > 0 ? Outcome::Accepted() : Outcome::Incomplete();
  }
};

class Connection final : public http2::SessionUser {
 public:
  explicit Connection(uint8_t choice) : choice_(choice) {
    http2::Options options;
    options.max_streams = kMostStreams;
    options.block = {4096, 64};
    auto made = http2::Session::Create(http2::Session::Role::kServer, options, *this);
    Require(made.ok());
    session = std::move(made).value();
  }

  http2::StreamUser* OnRequest(int32_t id, const http2::FieldBlock& block, bool ended) override {
    std::string cookies;
    const Status parsed =
        http::ParseRequestFields(block.fields(), ended, {4096, 64, 1024}, cookies, head_);
    if (!parsed.ok()) read.Refuse(StableCode(parsed.error().code));
    if (!parsed.ok() && (choice_ & 8) != 0) {
      session->Reset(id, http2::Code::kProtocolError);
      return nullptr;
    }
    if (parsed.ok()) read.Add(head_);
    Stream& stream = streams_[id];
    stream.ended = ended;
    Require(Open() <= kMostStreams);
    if ((choice_ & 16) == 0) {
      stream.out.Append("an answer");
      session->Respond(id, parsed.ok() ? 200 : 400, {}, true);
    }
    return &stream;
  }
  void OnMalformed(int32_t, http2::StreamUser*, const http2::FieldBlock& block,
                   std::string_view) override {
    (void)block.Pseudo(":path");
    read.Refuse("malformed-message");
  }
  void OnSettings() override {}
  void OnGoAway(int32_t, http2::Code) override {}

  // Consume gives back what was received, and forgets streams that are over.
  void Consume() {
    for (auto at = streams_.begin(); at != streams_.end();) {
      Stream& stream = at->second;
      read.body_bytes += stream.received;
      read.whole += std::exchange(stream.ended, false) ? 1 : 0;
      if (stream.closed) {
        session->ConsumeOfClosed(stream.received);
        at = streams_.erase(at);
        continue;
      }
      session->Consume(at->first, std::exchange(stream.received, 0));
      ++at;
    }
  }

  std::unique_ptr<http2::Session> session;
  Read read;

 private:
  size_t Open() const {
    return static_cast<size_t>(std::count_if(
        streams_.begin(), streams_.end(), [](const auto& entry) { return !entry.second.closed; }));
  }

  const uint8_t choice_;
  http::RequestHead head_;
  std::map<int32_t, Stream> streams_;
};

// CheckFrames holds that `sent` is whole frames, of sizes that any peer takes, the first of them
// SETTINGS, and when the connection was given up the last GOAWAY, which then may be all.
void CheckFrames(ByteSpan sent, bool was_given_up) {
  uint8_t type = kGoAwayFrame;
  Require(sent.size() >= kFrameHead && (sent[3] == kSettingsFrame || was_given_up));
  while (!sent.empty()) {
    Require(sent.size() >= kFrameHead);
    const size_t size = static_cast<size_t>(sent[0] << 16 | sent[1] << 8 | sent[2]);
    Require(size <= 16 * 1024 && sent.size() - kFrameHead >= size);
    type = sent[3];
    sent = sent.subspan(kFrameHead + size);
  }
  if (was_given_up) Require(type == kGoAwayFrame);
}

Read Talk(uint8_t choice, ByteSpan rest, size_t piece) {
  Connection connection(choice);
  http2::Session& session = *connection.session;
  ByteBuffer output;
  Status status;
  while (!rest.empty() && status.ok()) {
    const size_t count = std::min(piece, rest.size());
    status = session.Receive(rest.first(count), {});
    rest = rest.subspan(count);
    if ((choice & 4) == 0) session.Send(output, 1024 * 1024);
    connection.Consume();
  }
  session.Send(output, 1024 * 1024);
  connection.read.over = session.over();
  if (!status.ok()) connection.read.Refuse(StableCode(status.error().code));
  if (session.failure()) connection.read.Refuse(StableCode(session.failure()->code));
  CheckFrames(output.readable(), session.failure().has_value());
  return connection.read;
}

}  // namespace

namespace pinlatch::fuzz {

Outcome Run(ByteSpan input) {
  if (input.empty()) return Outcome::Incomplete();
  const uint8_t choice = input[0];
  ByteBuffer bytes;
  if ((choice & 1) != 0) bytes.Append(kOpening);
  bytes.Append(input.subspan(1));
  const Read read = Talk(choice, bytes.readable(), (choice & 2) != 0 ? 7 : 16 * 1024);
  const Read other = Talk(choice, bytes.readable(), (choice & 2) != 0 ? 16 * 1024 : 7);
  // What is refused depends on what waited for its answer by then; and so does when a connection is
  // over that the client has taken its leave of.
  const bool is_open = !read.over && !other.over;
  if (is_open && read.refusal.empty() && other.refusal.empty()) {
    Require(read.requests == other.requests && read.body_bytes == other.body_bytes);
    Require(read.whole == other.whole);
  }
  return read.outcome();
}

std::vector<std::string_view> MustReach() {
  return {"accept", "refuse-http2-protocol", "refuse-http2-flood", "refuse-malformed-message",
          "refuse-bad-host"};
}

}  // namespace pinlatch::fuzz
