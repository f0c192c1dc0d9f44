// Tests downstream/http1_stream.h over a channel in memory: body framing in, response framing out,
// persistence.
#include "downstream/http1_stream.h"

#include <memory>
#include <string>

#include "doctest/doctest.h"
#include "http/head.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

// MemoryChannel holds what the client sent; nothing more ever arrives unless it is fed.
class MemoryChannel final : public Http1Stream::Channel {
 public:
  ByteBuffer& in() override { return in_; }
  ByteBuffer& out() override { return out_; }
  Transfer FillIn() override {
    if (next_.empty()) return ended_ ? Transfer::End() : Transfer::WouldBlock();
    in_.Append(next_);
    return Transfer::Moved(std::exchange(next_, "").size());
  }
  uint32_t most_requests() const override { return most_requests_; }
  bool draining() const override { return draining_; }
  Status MayGoOn() override { return {}; }
  void AdvanceExchange() override {}

  ByteBuffer in_;
  ByteBuffer out_;
  std::string next_;
  bool ended_ = false;
  bool draining_ = false;
  uint32_t most_requests_ = 0;
};

// Conversation parses one request from `bytes` and starts a stream with it.
struct Conversation {
  explicit Conversation(std::string_view bytes) {
    channel.in_.Append(bytes);
    size_t scanned = 0;
    const auto end = http::FindHeadEnd(channel.in_.readable(), scanned, {});
    REQUIRE(end.ok());
    REQUIRE(*end > 0);
    const Status parsed = http::ParseRequestHead(channel.in_.text().substr(0, *end), {}, *head);
    REQUIRE(parsed.ok());
    stream.Start(*head, *end);
  }

  std::string Body() {
    std::string body;
    for (;;) {
      const BodyPull pull = stream.PullBody(5);
      if (pull.kind != BodyPull::Kind::kData) {
        last = pull.kind;
        return body;
      }
      body.append(AsText(pull.payload));
    }
  }

  std::string Respond(OutgoingHead outgoing, std::string_view body = {}) {
    outgoing.request_id = "id";
    const http::Field date[] = {{"Date", "d"}};
    outgoing.fields = date;
    stream.SendHead(outgoing);
    if (!body.empty()) stream.SendBody(AsBytes(body));
    stream.EndBody({});
    return std::string(channel.out_.text());
  }

  MemoryChannel channel;
  Http1Stream stream{channel};
  std::unique_ptr<http::RequestHead> head = std::make_unique<http::RequestHead>();
  BodyPull::Kind last = BodyPull::Kind::kBlocked;
};

}  // namespace

TEST_CASE("a body of known length is pulled in pieces and leaves the next request alone") {
  Conversation talk("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello worldGET /next");
  CHECK(talk.Body() == "hello world");
  CHECK(talk.last == BodyPull::Kind::kEnd);
  talk.stream.Finish();
  CHECK(talk.channel.in_.text() == "GET /next");
}

TEST_CASE("a chunked body is pulled without its framing") {
  Conversation talk(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nG");
  CHECK(talk.Body() == "abcde");
  CHECK(talk.last == BodyPull::Kind::kEnd);
  talk.stream.Finish();
  CHECK(talk.channel.in_.text() == "G");
}

TEST_CASE("a body that has not arrived blocks, and one that never will fails") {
  Conversation talk("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
  CHECK(talk.Body() == "ab");
  CHECK(talk.last == BodyPull::Kind::kBlocked);
  CHECK(talk.stream.waits_for_body());
  talk.channel.ended_ = true;
  CHECK(talk.Body().empty());
  CHECK(talk.last == BodyPull::Kind::kFailed);
}

TEST_CASE("broken chunk framing fails the pull") {
  Conversation talk(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n");
  talk.Body();
  CHECK(talk.last == BodyPull::Kind::kFailed);
}

TEST_CASE("a client that expects it is invited to send once, when its body is wanted") {
  Conversation talk(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(talk.channel.out_.empty());
  talk.Body();
  talk.Body();
  CHECK(talk.channel.out_.text() == "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST_CASE("a client whose invitation is left to the service is not invited, nor waited for") {
  Conversation talk(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  talk.stream.LeaveInvitation();
  talk.Body();
  CHECK(talk.channel.out_.empty());
  CHECK_FALSE(talk.stream.waits_for_body());
  talk.stream.SendInterim(100, {});
  CHECK(talk.channel.out_.text() == "HTTP/1.1 100 Continue\r\n\r\n");
  talk.Body();
  CHECK(talk.stream.waits_for_body());
}

TEST_CASE("an interim response has its fields, and none goes to HTTP/1.0 (RFC 9110 section 15.2)") {
  const http::Field link[] = {{"Link", "</a>"}};
  Conversation talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  talk.stream.SendInterim(103, link);
  CHECK(talk.channel.out_.text() == "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
  Conversation old("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
  old.stream.SendInterim(103, link);
  CHECK(old.channel.out_.empty());
}

TEST_CASE("interim responses do not pile up for a client that takes nothing") {
  Conversation talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string value(8000, 'x');
  const http::Field large[] = {{"X", value}};
  for (int i = 0; i < 100; ++i) talk.stream.SendInterim(103, large);
  CHECK(talk.channel.out_.size() < 128 * 1024 + value.size() + 64);  // one more than that
}

TEST_CASE("an answer before the invited body closes the connection") {
  Conversation talk(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  talk.stream.DiscardBufferedBody();
  const std::string response = talk.Respond({403, {}, true, 0, {}});
  CHECK(response.find("Connection: close\r\n") != std::string::npos);
  CHECK_FALSE(talk.stream.keep_alive());
}

TEST_CASE("an answer to a request whose body has arrived keeps the connection") {
  Conversation talk("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
  talk.stream.DiscardBufferedBody();
  const std::string response = talk.Respond({403, {}, true, 0, {}});
  CHECK(response.find("Connection:") == std::string::npos);
  CHECK(talk.stream.keep_alive());
  CHECK(talk.channel.in_.empty());
}

TEST_CASE("a response of known length states it") {
  Conversation talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(talk.Respond({200, {}, true, 2, {}}, "ok") ==
        "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 2\r\nX-Request-Id: id\r\n\r\nok");
}

TEST_CASE(
    "a response of unknown length is chunked for HTTP/1.1 and ends with the connection for 1.0") {
  Conversation modern("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(modern.Respond({200, {}, true, {}, {}}, "ok") ==
        "HTTP/1.1 200 OK\r\nDate: d\r\nTransfer-Encoding: chunked\r\nX-Request-Id: id\r\n\r\n"
        "2\r\nok\r\n0\r\n\r\n");
  Conversation old("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string response = old.Respond({200, {}, true, {}, {}}, "ok");
  CHECK(response.find("Transfer-Encoding") == std::string::npos);
  CHECK(response.find("Connection: close") != std::string::npos);
  CHECK_FALSE(old.stream.keep_alive());
}

TEST_CASE("an answer to HEAD states the length and sends nothing") {
  Conversation talk("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(talk.Respond({200, {}, false, 7, {}}) ==
        "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 7\r\nX-Request-Id: id\r\n\r\n");
}

TEST_CASE("a draining gateway and a client that asks for it close after the response") {
  Conversation draining("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  draining.channel.draining_ = true;
  CHECK(draining.Respond({204, {}, false, {}, {}}).find("Connection: close") != std::string::npos);
  Conversation asked("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(asked.Respond({204, {}, false, {}, {}}).find("Connection: close") != std::string::npos);
}

TEST_CASE("a body that is known to be empty is stated, not chunked") {
  Conversation talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  OutgoingHead head{200, {}, true, {}, {}};
  head.is_complete = true;
  const std::string response = talk.Respond(head);
  CHECK(response.find("Content-Length: 0\r\n") != std::string::npos);
  CHECK(response.find("chunked") == std::string::npos);
  CHECK(response.ends_with("\r\n\r\n"));
}

TEST_CASE("a full backlog leaves no room until the client takes some") {
  Conversation talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  talk.stream.SendHead({200, {}, true, {}, {}});
  CHECK(talk.stream.BodyRoom() > 0);
  talk.stream.SendBody(AsBytes(std::string(64 * 1024, 'x')));
  CHECK(talk.stream.BodyRoom() == 0);
  talk.channel.out_.Consume(60 * 1024);
  CHECK(talk.stream.BodyRoom() > 0);
}

TEST_CASE("the last request that a connection may carry says so") {
  constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  Conversation talk(kGet);
  talk.channel.most_requests_ = 2;
  CHECK(talk.Respond({204, {}, false, std::nullopt, {}}).find("Connection:") == std::string::npos);
  CHECK(talk.stream.keep_alive());
  talk.stream.Finish();
  talk.channel.in_.Append(kGet);
  talk.stream.Start(*talk.head, kGet.size());
  talk.channel.out_.Clear();
  CHECK(talk.Respond({204, {}, false, std::nullopt, {}}).find("Connection: close\r\n") !=
        std::string::npos);
  CHECK_FALSE(talk.stream.keep_alive());
}

TEST_CASE("a tunnel's bytes pass as they come, and the client's end is an end") {
  Conversation talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n0\r\n\r\nGET");
  const http::Field date[] = {{"Date", "d"}};
  CHECK(talk.stream.StartTunnel({101, date, true, std::nullopt, "id"}, "raw") == 101);
  CHECK(talk.channel.out_.text() ==
        "HTTP/1.1 101 Switching Protocols\r\nDate: d\r\nConnection: Upgrade\r\nUpgrade: raw\r\n"
        "X-Request-Id: id\r\n\r\n");
  CHECK(talk.Body() == "0\r\n\r\nGET");
  CHECK(talk.last == BodyPull::Kind::kBlocked);
  CHECK_FALSE(talk.stream.waits_for_body());
  talk.channel.ended_ = true;
  CHECK(talk.Body().empty());
  CHECK(talk.last == BodyPull::Kind::kEnd);
  talk.channel.out_.Clear();
  talk.stream.SendBody(AsBytes("5\r\nhello"));
  talk.stream.EndBody({});
  CHECK(talk.channel.out_.text() == "5\r\nhello");
  CHECK_FALSE(talk.stream.keep_alive());
}
