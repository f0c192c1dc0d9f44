// Tests upstream/http2_upstream.h against a server's session in memory: heads, bodies, trailers,
// resets, GOAWAY, what may be asked again.
#include "upstream/http2_upstream.h"

#include <memory>
#include <string>

#include "doctest/doctest.h"
#include "http2/two_ends.h"
#include "proxy/memory_carrier.h"
#include "upstream/interim_bound.h"

namespace pinlatch::test {
namespace {

using http2::Code;
using proxy::Http2Upstream;
using proxy::Progress;
using proxy::Replay;
using proxy::UpstreamPull;
using proxy::UpstreamRequest;

constexpr std::string_view kGet =
    "GET /a?b HTTP/1.1\r\nHost: app.local\r\nX-Own: 1\r\nX-Request-Id: id\r\n\r\n";
constexpr std::string_view kPost =
    "POST /a HTTP/1.1\r\nHost: app.local\r\nTransfer-Encoding: chunked\r\n\r\n";

// Service is the upstream's end.
struct Service {
  Service() {
    auto made = http2::Session::Create(http2::Session::Role::kServer, {}, user);
    REQUIRE(made.ok());
    session = std::move(made).value();
  }

  void Exchange() {
    for (int round = 0; round < 8; ++round) {
      const std::string up = carrier.Sent();
      if (!up.empty()) CHECK(session->Receive(AsBytes(up), {}).ok());
      ByteBuffer down;
      session->Send(down, 1024 * 1024);
      if (!down.empty()) carrier.Feed(down.readable());
      if (up.empty() && down.empty()) return;
    }
  }

  std::unique_ptr<Http2Upstream> Ask(std::string_view head, bool has_body = false) {
    auto stream = std::make_unique<Http2Upstream>(carrier, true, told);
    CHECK(stream->Connect() == Progress::kMoved);
    UpstreamRequest request;
    request.head = AsBytes(head);
    request.has_body = has_body;
    request.takes_trailers = true;
    stream->SendHead(request);
    if (!has_body) stream->EndBody({});
    Exchange();
    return stream;
  }
  http2::RecordingStream& At(int32_t id) { return *user.streams.at(id); }

  void Respond(int32_t id, std::string_view body, std::vector<http::Field> trailers = {}) {
    const http::Field fields[] = {{"x-own", "2"}};
    http2::RecordingStream& stream = At(id);
    stream.out.Append(body);
    stream.out_ended = true;
    stream.out_trailers = std::move(trailers);
    session->Respond(id, 200, fields, true);
    Exchange();
  }

  http2::RecordingUser user;
  MemoryCarrier carrier;
  CountingUser told;
  std::unique_ptr<http2::Session> session;
};

std::string BodyOf(Http2Upstream& stream) {
  std::string body;
  while (true) {
    const UpstreamPull pull = stream.PullBody(3);
    if (pull.kind == UpstreamPull::Kind::kFailed) return body + "!" + stream.error().detail;
    if (pull.kind != UpstreamPull::Kind::kData) return body;
    body.append(AsText(pull.payload));
  }
}

bool HasHead(Http2Upstream& stream, uint16_t status = 200) {
  const auto head = std::make_unique<http::ResponseHead>();
  return stream.ReceiveHead(*head) == Progress::kMoved && head->status == status;
}

}  // namespace

TEST_CASE("a request head becomes pseudo-fields, and nothing of HTTP/1.1's connection goes on") {
  Service service;
  const auto get = service.Ask(kGet);
  CHECK(service.At(1).blocks.at(0) ==
        ":method=GET;:scheme=https;:authority=app.local;:path=/a?b;x-own=1;x-request-id=id;"
        "te=trailers;");
  CHECK(service.At(1).ended);
  const auto post = service.Ask(kPost, true);
  CHECK(service.At(3).blocks.at(0) ==
        ":method=POST;:scheme=https;:authority=app.local;:path=/a;te=trailers;");
  CHECK_FALSE(service.At(3).ended);
}

TEST_CASE("interim responses come before the final one, with their fields") {
  Service service;
  const auto stream = service.Ask(kGet);
  const auto head = std::make_unique<http::ResponseHead>();
  const http::Field link[] = {{"link", "</a>"}};
  service.session->Interim(1, 103, link);
  service.session->Interim(1, 102);
  service.Exchange();
  CHECK(service.told.told > 0);
  REQUIRE(stream->ReceiveHead(*head) == Progress::kMoved);
  CHECK(head->status == 103);
  REQUIRE(head->fields.Find("link") != nullptr);
  CHECK(head->fields.Find("link")->value == "</a>");
  CHECK(HasHead(*stream, 102));
  CHECK(stream->ReceiveHead(*head) == Progress::kBlocked);
  service.Respond(1, "answer");
  CHECK(HasHead(*stream));
  CHECK(BodyOf(*stream) == "answer");
}

TEST_CASE(
    "interim responses that come all at once are all there, as many as the bound lets through") {
  Service service;
  const auto stream = service.Ask(kGet);
  for (uint32_t i = 0; i < proxy::InterimBound::kMost; ++i) service.session->Interim(1, 103);
  for (int i = 0; i < 100; ++i) service.session->Interim(1, 102);
  service.Respond(1, "answer");
  for (uint32_t i = 0; i < proxy::InterimBound::kMost; ++i) CHECK(HasHead(*stream, 103));
  CHECK(HasHead(*stream));
  CHECK(BodyOf(*stream) == "answer");
}

TEST_CASE("one interim response too many ends the request") {
  Service service;
  const auto stream = service.Ask(kGet);
  for (uint32_t i = 0; i <= proxy::InterimBound::kMost; ++i) service.session->Interim(1, 103);
  service.Exchange();
  for (uint32_t i = 0; i < proxy::InterimBound::kMost; ++i) CHECK(HasHead(*stream, 103));
  const auto head = std::make_unique<http::ResponseHead>();
  CHECK(stream->ReceiveHead(*head) == Progress::kFailed);
  CHECK(stream->error().detail.find("too many interim responses") != std::string::npos);
}

TEST_CASE("bodies and trailers pass both ways") {
  Service service;
  const auto stream = service.Ask(kPost, true);
  stream->SendBody(AsBytes("question"));
  const http::Field trailers[] = {{"x-sum", "8"}};
  stream->EndBody(trailers);
  service.Exchange();
  CHECK(service.At(1).body == "question");
  CHECK(service.At(1).blocks.at(1) == "x-sum=8;");
  service.Respond(1, "answer", {{"grpc-status", "0"}});
  CHECK(HasHead(*stream));
  CHECK_FALSE(stream->complete());
  CHECK(BodyOf(*stream) == "answer");
  CHECK(stream->complete());
  REQUIRE(stream->response_trailers().size() == 1);
  CHECK(stream->response_trailers()[0].name == "grpc-status");
  CHECK(service.told.told > 0);
}

TEST_CASE("a response of one block is complete with its head") {
  Service service;
  const auto stream = service.Ask(kGet);
  service.session->Interim(1, 103);
  const http::Field fields[] = {{"content-length", "0"}};
  service.session->Respond(1, 404, fields, false);
  service.Exchange();
  const auto head = std::make_unique<http::ResponseHead>();
  REQUIRE(stream->ReceiveHead(*head) == Progress::kMoved);
  CHECK(head->status == 103);
  CHECK_FALSE(stream->complete());
  REQUIRE(stream->ReceiveHead(*head) == Progress::kMoved);
  CHECK(head->status == 404);
  CHECK(head->has_content_length);
  CHECK(stream->complete());
}

TEST_CASE("responses of two streams never mix") {
  Service service;
  const auto one = service.Ask(kGet);
  const auto two = service.Ask(kGet);
  service.Respond(3, "for two");
  CHECK_FALSE(HasHead(*one));
  CHECK(HasHead(*two));
  service.Respond(1, "for one");
  CHECK(HasHead(*one));
  CHECK(BodyOf(*one) == "for one");
  CHECK(BodyOf(*two) == "for two");
}

TEST_CASE("a stream that is given up is cancelled, and no other") {
  Service service;
  auto one = service.Ask(kGet);
  const auto two = service.Ask(kGet);
  one.reset();
  service.Exchange();
  CHECK(service.At(1).closed == Code::kCancel);
  service.Respond(3, "x");
  CHECK(BodyOf(*two) == "x");
}

TEST_CASE("a refused stream may be asked again, a reset one may not") {
  Service service;
  const auto refused = service.Ask(kGet);
  service.session->Reset(1, Code::kRefusedStream);
  const auto reset = service.Ask(kGet);
  service.session->Reset(3, Code::kInternalError);
  service.Exchange();
  const auto head = std::make_unique<http::ResponseHead>();
  CHECK(refused->ReceiveHead(*head) == Progress::kFailed);
  CHECK(refused->replay() == Replay::kAlways);
  CHECK(reset->ReceiveHead(*head) == Progress::kFailed);
  CHECK(reset->replay() == Replay::kNever);
  CHECK(reset->error().code == ErrorCode::kUpstreamReset);
}

TEST_CASE("GOAWAY gives back what was not acted on, and leaves the rest") {
  Service service;
  const auto first = service.Ask(kGet);
  service.session->GoAway(Code::kNoError);
  ByteBuffer goaway;
  service.session->Send(goaway, 1024);
  auto late = std::make_unique<Http2Upstream>(service.carrier, true, service.told);
  UpstreamRequest request;
  request.head = AsBytes(kGet);
  late->SendHead(request);
  service.carrier.Feed(goaway.readable());
  const auto head = std::make_unique<http::ResponseHead>();
  CHECK(late->ReceiveHead(*head) == Progress::kFailed);
  CHECK(late->replay() == Replay::kAlways);
  CHECK(first->ReceiveHead(*head) == Progress::kBlocked);
}

TEST_CASE("a connection that falls without a word had gone stale; one that spoke had not") {
  Service service;
  const auto stale = service.Ask(kGet);
  const auto heard = service.Ask(kGet);
  service.Respond(3, "", {});
  service.carrier.Break(Error(ErrorCode::kUpstreamReset, "gone"));
  const auto head = std::make_unique<http::ResponseHead>();
  CHECK(stale->ReceiveHead(*head) == Progress::kFailed);
  CHECK(stale->replay() == Replay::kNever);
  CHECK(HasHead(*heard));
  CHECK(heard->complete());

  Service silent;
  const auto quiet = silent.Ask(kGet);
  silent.carrier.Break(Error(ErrorCode::kUpstreamReset, "gone"));
  CHECK(quiet->ReceiveHead(*head) == Progress::kFailed);
  CHECK(quiet->error().code == ErrorCode::kUpstreamReset);
}

TEST_CASE("a reset in the body is a response that ended early, after what came of it") {
  Service service;
  const auto stream = service.Ask(kGet);
  service.At(1).out.Append("part");
  service.session->Respond(1, 200, {}, true);
  service.Exchange();
  service.session->Reset(1, Code::kInternalError);
  service.Exchange();
  CHECK(HasHead(*stream));
  CHECK(BodyOf(*stream).starts_with("part!the response ended early"));
  CHECK(stream->error().code == ErrorCode::kUpstreamTruncated);
}

TEST_CASE("trailers that break the rules are a malformed response while nobody has read its head") {
  for (const bool is_read : {false, true}) {
    CAPTURE(is_read);
    Service service;
    const auto stream = service.Ask(kGet);
    service.At(1).out.Append("part");
    service.session->Respond(1, 200, {}, true);
    service.Exchange();
    if (is_read) CHECK(HasHead(*stream));
    stream->Refuse("a pseudo-field in trailers");
    const auto head = std::make_unique<http::ResponseHead>();
    if (is_read) {
      CHECK(BodyOf(*stream).starts_with("part!the response ended early"));
      CHECK(stream->error().code == ErrorCode::kUpstreamTruncated);
    } else {
      CHECK(stream->ReceiveHead(*head) == Progress::kFailed);
      CHECK(stream->error().code == ErrorCode::kUpstreamMalformed);
      CHECK(stream->replay() == Replay::kNever);
    }
  }
}

TEST_CASE("what is no HTTP/2 is to blame, also where the request had not left yet") {
  MemoryCarrier carrier;
  CountingUser told;
  (void)carrier.Sent();
  Http2Upstream stream(carrier, false, told);
  UpstreamRequest request;
  request.head = AsBytes(kGet);
  stream.SendHead(request);
  stream.EndBody({});
  carrier.Feed(AsBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
  (void)carrier.Sent();
  REQUIRE(carrier.session().failure().has_value());
  carrier.Break(Error(ErrorCode::kUpstreamMalformed, "HTTP/2"));
  http::ResponseHead head;
  CHECK(stream.ReceiveHead(head) == Progress::kFailed);
  CHECK(stream.error().code == ErrorCode::kUpstreamMalformed);
}

TEST_CASE("an upstream sends no more than its response is taken") {
  Service service;
  const auto stream = service.Ask(kGet);
  service.At(1).out.Append(std::string(256 * 1024, 'x'));
  service.At(1).out_ended = true;
  service.session->Respond(1, 200, {}, true);
  service.Exchange();
  CHECK(service.session->window_closed(1));
  CHECK(HasHead(*stream));
  std::string body;
  for (int i = 0; i < 100 && !stream->complete(); ++i) {
    body += BodyOf(*stream);
    service.Exchange();
  }
  CHECK(body.size() == 256 * 1024);
}

}  // namespace pinlatch::test
