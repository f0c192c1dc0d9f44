// Owns a client and a server session joined back to back, with recording users, for tests.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http2/session.h"

namespace pinlatch::http2 {

// RecordingStream keeps what a stream's user is told, and sends what it is given.
class RecordingStream final : public StreamUser {
 public:
  void OnFields(const FieldBlock& block) override {
    blocks.push_back("");
    for (const http::Field& field : block.fields()) {
      blocks.back().append(field.name).append("=").append(field.value).append(";");
    }
  }
  void OnData(ByteSpan bytes) override { body.append(AsText(bytes)); }
  void OnEnd() override { ended = true; }
  void OnClosed(Code code) override { closed = code; }
  void OnSent() override {}
  ByteBuffer& outgoing() override { return out; }
  void OnTaken() override {}
  bool outgoing_ended() const override { return out_ended; }
  std::span<const http::Field> trailers() const override { return out_trailers; }

  std::vector<std::string> blocks;
  std::string body;
  bool ended = false;
  std::optional<Code> closed;
  ByteBuffer out;
  bool out_ended = false;
  std::vector<http::Field> out_trailers;
};

// RecordingUser takes every request.
class RecordingUser final : public SessionUser {
 public:
  StreamUser* OnRequest(int32_t stream, const FieldBlock& block, bool ended) override {
    auto& taken = streams[stream];
    taken = std::make_unique<RecordingStream>();
    taken->OnFields(block);
    taken->ended = ended;
    too_large |= block.too_large();
    return taken.get();
  }
  void OnMalformed(int32_t stream, StreamUser*, const FieldBlock&, std::string_view) override {
    malformed.push_back(stream);
  }
  void OnSettings() override { ++settings; }
  void OnGoAway(int32_t last_stream, Code code) override { goaways.push_back({last_stream, code}); }

  std::map<int32_t, std::unique_ptr<RecordingStream>> streams;
  std::vector<int32_t> malformed;
  std::vector<std::pair<int32_t, Code>> goaways;
  int settings = 0;
  bool too_large = false;
};

// TwoEnds moves bytes until neither side has more to say.
struct TwoEnds {
  explicit TwoEnds(const Options& server_options = {}) {
    auto made = Session::Create(Session::Role::kServer, server_options, server_user);
    REQUIRE(made.ok());
    server = std::move(made).value();
    made = Session::Create(Session::Role::kClient, {}, client_user);
    REQUIRE(made.ok());
    client = std::move(made).value();
    Exchange();
  }

  void Exchange() {
    bool moved = true;
    while (moved) {
      moved = false;
      ByteBuffer bytes;
      client->Send(bytes, 64 * 1024);
      moved |= !bytes.empty();
      if (!bytes.empty()) (void)server->Receive(bytes.readable(), now);
      bytes.Clear();
      server->Send(bytes, 64 * 1024);
      moved |= !bytes.empty();
      if (!bytes.empty()) (void)client->Receive(bytes.readable(), now);
    }
  }

  int32_t Ask(RecordingStream& stream, std::vector<http::Field> more = {}, bool has_body = false) {
    std::vector<http::Field> fields = {{":method", has_body ? "POST" : "GET"},
                                       {":scheme", "https"},
                                       {":authority", "a.test"},
                                       {":path", "/"}};
    fields.insert(fields.end(), more.begin(), more.end());
    const auto id = client->Request(fields, has_body, stream);
    REQUIRE(id.ok());
    Exchange();
    return *id;
  }

  MonotonicTime now{std::chrono::hours(1)};
  RecordingUser server_user;
  RecordingUser client_user;
  std::unique_ptr<Session> server;
  std::unique_ptr<Session> client;
};

}  // namespace pinlatch::http2
