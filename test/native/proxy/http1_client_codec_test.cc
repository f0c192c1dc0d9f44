// Tests upstream/http1_client_codec.h on bytes in memory: request framing out, response framing in,
// interim responses, what ends early or follows after the end.
#include "upstream/http1_client_codec.h"

#include <memory>
#include <string>
#include <vector>

#include "doctest/doctest.h"

using namespace pinlatch;
using namespace pinlatch::proxy;

namespace {

// Response reads what an upstream sent, in pieces of at most 5 bytes.
struct Response {
  explicit Response(UpstreamRequest request = {}) {
    ByteBuffer out;
    codec.WriteHead(out, request);
  }

  // Head reads heads up to the final one; `interims` has the statuses of those before it.
  Result<bool> Head(std::string_view bytes) {
    in.Append(bytes);
    while (true) {
      auto read = codec.ReadHead(in, *head);
      if (!read.ok() || !*read || !head->is_interim()) return read;
      interims.push_back(head->status);
      codec.TakeRead(in);
    }
  }
  std::string Body() {
    std::string body;
    while (true) {
      const auto piece = codec.ReadBody(in, 5);
      if (!piece.ok()) return body + "!" + piece.error().detail;
      if (piece->empty()) return body;
      body.append(AsText(*piece));
    }
  }

  Http1ClientCodec codec;
  ByteBuffer in;
  std::unique_ptr<http::ResponseHead> head = std::make_unique<http::ResponseHead>();
  std::vector<int> interims;
};

std::string Written(bool is_chunked) {
  Http1ClientCodec codec;
  ByteBuffer out;
  UpstreamRequest request;
  request.head = AsBytes("POST / HTTP/1.1\r\n\r\n");
  request.is_chunked = is_chunked;
  codec.WriteHead(out, request);
  codec.WriteBody(out, AsBytes("hello"));
  codec.WriteEnd(out);
  return std::string(out.text());
}

}  // namespace

TEST_CASE("a request body is framed as the head says") {
  CHECK(Written(false) == "POST / HTTP/1.1\r\n\r\nhello");
  CHECK(Written(true) == "POST / HTTP/1.1\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
}

TEST_CASE("a request is complete with the last byte of its length, else with its end") {
  ByteBuffer out;
  UpstreamRequest request;
  Http1ClientCodec none;
  none.WriteHead(out, request);
  CHECK(none.request_complete());

  request.content_length = 7;
  Http1ClientCodec known;
  known.WriteHead(out, request);
  known.WriteBody(out, AsBytes("hello"));
  CHECK_FALSE(known.request_complete());
  known.WriteBody(out, AsBytes("ho"));
  CHECK(known.request_complete());

  request = {};
  request.is_chunked = true;
  Http1ClientCodec chunked;
  chunked.WriteHead(out, request);
  chunked.WriteBody(out, AsBytes("hello"));
  CHECK_FALSE(chunked.request_complete());
  chunked.WriteEnd(out);
  CHECK(chunked.request_complete());
}

TEST_CASE("a response with a length is read to its end and no further") {
  Response response;
  const auto head =
      response.Head("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nabcdefgHTTP/1.1 500");
  REQUIRE(head.ok());
  CHECK(*head);
  CHECK(response.head->status == 200);
  CHECK_FALSE(response.codec.complete());
  CHECK(response.Body() == "abcdefg");
  CHECK(response.codec.complete());
  CHECK(response.codec.keep_alive());
  CHECK(response.in.text() == "HTTP/1.1 500");  // whoever reuses connections looks at this
}

TEST_CASE("a head that is not complete asks for more, and its views come with the rest") {
  Response response;
  CHECK_FALSE(*response.Head("HTTP/1.1 200 OK\r\nContent-Le"));
  CHECK(*response.Head("ngth: 0\r\n\r\n"));
  CHECK(response.codec.complete());
  response.codec.TakeRead(response.in);
  CHECK(response.in.empty());
}

TEST_CASE("interim responses come before the final one, up to a bound") {
  Response response;
  CHECK(*response.Head(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"));
  CHECK(response.head->status == 204);
  CHECK(response.interims == std::vector<int>{103});
  std::string flood;
  for (int i = 0; i < 17; ++i) flood += "HTTP/1.1 100 Continue\r\n\r\n";
  const auto flooded = Response().Head(flood);
  REQUIRE_FALSE(flooded.ok());
  CHECK(flooded.error().code == ErrorCode::kUpstreamMalformed);
  CHECK(flooded.error().detail == "too many interim responses");
}

TEST_CASE("an interim response can be looked at with its fields until it is taken") {
  Response response;
  response.in.Append(std::string_view("HTTP/1.1 103 X\r\nLink: </a>\r\n\r\nHTTP/1.1 2"));
  for (int look = 0; look < 2; ++look) {
    CHECK(*response.codec.ReadHead(response.in, *response.head));
    CHECK(response.head->status == 103);
    CHECK(response.head->fields.Find("Link")->value == "</a>");
  }
  CHECK(response.codec.heard_anything(response.in));
  CHECK_FALSE(response.codec.complete());
  response.codec.TakeRead(response.in);
  CHECK_FALSE(*response.codec.ReadHead(response.in, *response.head));
}

TEST_CASE("a service may say for long that it is at work (102)") {
  std::string patience;
  for (int i = 0; i < 1000; ++i) patience += "HTTP/1.1 102 Processing\r\n\r\n";
  Response response;
  CHECK(*response.Head(patience + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  CHECK(response.interims.size() == 1000);
  std::string flood;
  for (uint32_t i = 0; i <= InterimBound::kMostProcessing; ++i) {
    flood += "HTTP/1.1 102 Processing\r\n\r\n";
  }
  CHECK_FALSE(Response().Head(flood).ok());
}

TEST_CASE("a head that is none says which rule it broke") {
  CHECK(Response().Head("HTTP/1.1 200 OK\nContent-Length: 0\n\n").error().detail ==
        "invalid response head: bare LF in the head");
  CHECK(Response().Head("HTTP/1.1 200 OK\r\nX : y\r\n\r\n").error().detail ==
        "a field name is not a token followed by a colon");
}

TEST_CASE("what is no response head is malformed") {
  for (const std::string_view bytes :
       {"\x16\x03\x01", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"}) {
    CAPTURE(bytes);
    const auto head = Response().Head(bytes);
    REQUIRE_FALSE(head.ok());
    CHECK(head.error().code == ErrorCode::kUpstreamMalformed);
  }
}

TEST_CASE("a body that ends early is truncated, one that ends with the connection is not") {
  Response length;
  CHECK(*length.Head("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nabc"));
  CHECK(length.Body() == "abc");
  CHECK(length.codec.EndOfStream().error().code == ErrorCode::kUpstreamTruncated);
  CHECK_FALSE(length.codec.complete());

  Response until_close;
  CHECK(*until_close.Head("HTTP/1.1 200 OK\r\n\r\nabc"));
  CHECK(until_close.Body() == "abc");
  CHECK(until_close.codec.EndOfStream().ok());
  CHECK(until_close.codec.complete());
  CHECK_FALSE(until_close.codec.keep_alive());
}

TEST_CASE("chunks that are none are truncated") {
  Response response;
  CHECK(*response.Head("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));
  response.in.Append(std::string_view("xx"));
  CHECK(response.Body() == "!invalid response body framing: a chunk does not start with its size");
}

TEST_CASE("answers to HEAD have no body") {
  UpstreamRequest request;
  request.is_head = true;
  Response response(request);
  CHECK(*response.Head("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"));
  CHECK(response.codec.complete());
}

TEST_CASE("whether anything was heard tells a stale connection from a bad one") {
  Response response;
  CHECK_FALSE(response.codec.heard_anything(response.in));
  CHECK_FALSE(*response.Head("H"));
  CHECK(response.codec.heard_anything(response.in));
}

TEST_CASE("101 is the end of HTTP where it was asked for, and malformed where not") {
  constexpr std::string_view kConsent =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n";
  UpstreamRequest asking;
  asking.upgrade = "raw";
  Response tunnel(asking);
  CHECK(*tunnel.Head("HTTP/1.1 103 Early Hints\r\n\r\n" + std::string(kConsent) + "HTTP/1.1 200"));
  CHECK(tunnel.head->status == 101);
  CHECK_FALSE(tunnel.codec.complete());
  CHECK(tunnel.Body() == "HTTP/1.1 200");
  CHECK_FALSE(tunnel.codec.complete());
  CHECK_FALSE(tunnel.codec.keep_alive());
  CHECK(tunnel.codec.EndOfStream().ok());
  CHECK(tunnel.codec.complete());

  CHECK_FALSE(Response().Head(kConsent).ok());
  asking.upgrade = "websocket";
  CHECK_FALSE(Response(asking).Head(kConsent).ok());
  Response refused(asking);
  CHECK(*refused.Head("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n"));
  CHECK(refused.codec.complete());
  CHECK(refused.codec.keep_alive());
}

TEST_CASE("a trailer field that is only allowed in the head costs no response") {
  for (const char* name : {"Cache-Control", "Set-Cookie", "WWW-Authenticate", "Content-Type"}) {
    CAPTURE(name);
    Response response;
    CHECK(
        *response.Head("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n" +
                       std::string(name) + ": 1\r\n\r\n"));
    CHECK(response.Body() == "hello");
    CHECK(response.codec.complete());
    CHECK(response.codec.keep_alive());
  }
}

TEST_CASE("an expectation that is answered without an invitation ends the connection") {
  UpstreamRequest request;
  request.expects_continue = true;
  request.content_length = 4;
  constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  Response uninvited(request);
  REQUIRE(uninvited.Head(kOk).ok());
  CHECK_FALSE(uninvited.codec.keep_alive());
  Response hinted(request);
  REQUIRE(hinted.Head("HTTP/1.1 103 Early Hints\r\n\r\n" + std::string(kOk)).ok());
  CHECK_FALSE(hinted.codec.keep_alive());
  Response invited(request);
  REQUIRE(invited.Head("HTTP/1.1 100 Continue\r\n\r\n" + std::string(kOk)).ok());
  CHECK(invited.codec.keep_alive());
}

TEST_CASE("a body that is malformed where it came with its head fails with the head") {
  for (const char* body : {"z\r\n", "5\r\nhello\r\n0\r\nContent-Length: 1\r\n\r\n",
                           "5\r\nhello\r\n0\r\nX T: 1\r\n\r\n"}) {
    CAPTURE(body);
    Response response;
    const auto head =
        response.Head(std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") + body);
    REQUIRE_FALSE(head.ok());
    CHECK(head.error().code == ErrorCode::kUpstreamMalformed);
    CHECK(head.error().detail.find("body framing") != std::string::npos);
  }
}
