// Fuzzes http2::Session (and with it http2/session_callbacks.cc, FieldBlock, FloodGuard) together
// with http::ParseRequestFields: a server's session is fed with bytes in pieces, and answers what
// it takes for requests. The first byte chooses how: whether the preface and settings come in
// front, how large the pieces are, and how requests are answered.
#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "http/request_fields.h"
#include "http2/session.h"

namespace {

using namespace pinlatch;

constexpr std::string_view kOpening("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", 33);

class Stream final : public http2::StreamUser {
 public:
  void OnFields(const http2::FieldBlock&) override {}
  void OnData(ByteSpan bytes) override { received += bytes.size(); }
  void OnEnd() override {}
  void OnClosed(http2::Code) override { closed = true; }
  void OnSent() override {}
  ByteBuffer& outgoing() override { return out; }
  void OnTaken() override {}
  bool outgoing_ended() const override { return true; }
  std::span<const http::Field> trailers() const override { return {}; }

  ByteBuffer out;
  size_t received = 0;
  bool closed = false;
};

class Connection final : public http2::SessionUser {
 public:
  explicit Connection(uint8_t choice) : choice_(choice) {
    http2::Options options;
    options.max_streams = 8;
    options.block = {4096, 64};
    auto made = http2::Session::Create(http2::Session::Role::kServer, options, *this);
    if (!made.ok()) __builtin_trap();
    session = std::move(made).value();
  }

  http2::StreamUser* OnRequest(int32_t id, const http2::FieldBlock& block, bool ended) override {
    std::string cookies;
    const Status parsed =
        http::ParseRequestFields(block.fields(), ended, {4096, 64, 1024}, cookies, head_);
    if (!parsed.ok() && (choice_ & 8) != 0) {
      session->Reset(id, http2::Code::kProtocolError);
      return nullptr;
    }
    Stream& stream = streams_[id];
    if ((choice_ & 16) == 0) {
      stream.out.Append("an answer");
      session->Respond(id, parsed.ok() ? 200 : 400, {}, true);
    }
    return &stream;
  }
  void OnMalformed(int32_t, http2::StreamUser*, const http2::FieldBlock& block,
                   std::string_view) override {
    (void)block.Pseudo(":path");
  }
  void OnSettings() override {}
  void OnGoAway(int32_t, http2::Code) override {}

  // Consume gives back what was received, and forgets streams that are over.
  void Consume() {
    for (auto at = streams_.begin(); at != streams_.end();) {
      Stream& stream = at->second;
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

 private:
  const uint8_t choice_;
  http::RequestHead head_;
  std::map<int32_t, Stream> streams_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const uint8_t choice = data[0];
  ByteBuffer input;
  if ((choice & 1) != 0) input.Append(kOpening);
  input.Append(ByteSpan(data + 1, size - 1));
  Connection connection(choice);
  http2::Session& session = *connection.session;
  ByteBuffer output;
  const size_t piece = (choice & 2) != 0 ? 7 : 16 * 1024;
  ByteSpan rest = input.readable();
  while (!rest.empty() && session.Receive(rest.first(std::min(piece, rest.size())), {}).ok()) {
    rest = rest.subspan(std::min(piece, rest.size()));
    if ((choice & 4) == 0) session.Send(output, 64 * 1024);
    output.Clear();
    connection.Consume();
  }
  session.Send(output, 64 * 1024);
  // A session that was given up has said so, and says nothing more.
  if (session.failure().has_value() && session.wants_to_send() && output.size() < 64 * 1024) {
    ByteBuffer more;
    session.Send(more, 64 * 1024);
  }
  return 0;
}
