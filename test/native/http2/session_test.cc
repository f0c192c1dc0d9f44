// Covers http2/session: messages both ways, flow control, resets, shutdown, limits.
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "two_ends.h"

namespace pinlatch::http2 {
namespace {

TEST_CASE("a request and its response cross with bodies and trailers (RFC 9113 section 8.1)") {
  TwoEnds ends;
  RecordingStream asked;
  asked.out.Append("question");
  asked.out_ended = true;
  asked.out_trailers = {{"sum", "1"}};
  const int32_t id = ends.Ask(asked, {{"x-a", "b"}}, true);
  RecordingStream& served = *ends.server_user.streams.at(id);
  CHECK(served.blocks.at(0) == ":method=POST;:scheme=https;:authority=a.test;:path=/;x-a=b;");
  CHECK(served.body == "question");
  CHECK(served.blocks.at(1) == "sum=1;");
  CHECK(served.ended);

  served.out.Append("answer");
  served.out_ended = true;
  served.out_trailers = {{"Grpc-Status", "0"}};
  ends.server->Interim(id, 100);
  const std::vector<http::Field> fields = {{"X-Name", "v"}};
  ends.server->Respond(id, 200, fields, true);
  ends.Exchange();
  CHECK(asked.blocks ==
        std::vector<std::string>{":status=100;", ":status=200;x-name=v;", "grpc-status=0;"});
  CHECK(asked.body == "answer");
  CHECK(asked.ended);
  CHECK(asked.closed == Code::kNoError);
  CHECK(served.closed == Code::kNoError);
}

TEST_CASE("a response without a body ends with its head") {
  TwoEnds ends;
  RecordingStream asked;
  const int32_t id = ends.Ask(asked);
  ends.server->Respond(id, 204, {}, false);
  ends.Exchange();
  CHECK(asked.ended);
  CHECK(asked.body.empty());
}

TEST_CASE("a body that is not there yet is sent when it comes") {
  TwoEnds ends;
  RecordingStream asked;
  const int32_t id = ends.Ask(asked);
  RecordingStream& served = *ends.server_user.streams.at(id);
  ends.server->Respond(id, 200, {}, true);
  ends.Exchange();
  CHECK(asked.blocks.size() == 1);
  served.out.Append("late");
  ends.server->Resume(id);
  ends.Exchange();
  CHECK(asked.body == "late");
  CHECK_FALSE(asked.ended);
  served.out_ended = true;
  ends.server->Resume(id);
  ends.Exchange();
  CHECK(asked.ended);
}

TEST_CASE(
    "a peer sends no more than its window until the body is consumed (RFC 9113 section 5.2)") {
  Options options;
  options.stream_window = 1000;
  TwoEnds ends(options);
  RecordingStream asked;
  asked.out.Append(std::string(2500, 'x'));
  asked.out_ended = true;
  const int32_t id = ends.Ask(asked, {}, true);
  RecordingStream& served = *ends.server_user.streams.at(id);
  CHECK(served.body.size() == 1000);
  ends.server->Consume(id, 1000);
  ends.Exchange();
  CHECK(served.body.size() == 2000);
  ends.server->Consume(id, 1000);
  ends.Exchange();
  CHECK(served.body.size() == 2500);
  CHECK(served.ended);
}

TEST_CASE("a reset reaches the other end with its code") {
  TwoEnds ends;
  RecordingStream asked;
  const int32_t id = ends.Ask(asked);
  ends.client->Reset(id, Code::kCancel);
  ends.Exchange();
  CHECK(ends.server_user.streams.at(id)->closed == Code::kCancel);
  CHECK(asked.closed == Code::kCancel);
}

TEST_CASE(
    "shutting down takes two steps, and streams in flight end in their own time (section 6.8)") {
  TwoEnds ends;
  RecordingStream asked;
  const int32_t id = ends.Ask(asked);
  ends.server->AnnounceShutdown();
  ends.Exchange();
  REQUIRE(ends.client_user.goaways.size() == 1);
  CHECK(ends.client_user.goaways[0].first == 0x7fffffff);
  ends.server->GoAway(Code::kNoError);
  ends.Exchange();
  REQUIRE(ends.client_user.goaways.size() == 2);
  CHECK(ends.client_user.goaways[1].first == id);
  CHECK_FALSE(ends.server->over());
  ends.server->Respond(id, 204, {}, false);
  ends.Exchange();
  CHECK(asked.ended);
  CHECK(ends.server->over());
}

TEST_CASE("a client whose stream numbers are used up says so (RFC 9113 section 5.1.1)") {
  TwoEnds ends;
  ends.client->SkipTo(std::numeric_limits<int32_t>::max());
  CHECK(ends.client->may_request());
  RecordingStream asked;
  const int32_t id = ends.Ask(asked);
  CHECK_FALSE(ends.client->may_request());
  RecordingStream late;
  CHECK_FALSE(ends.client->Request({}, false, late).ok());
  ends.server->Respond(id, 204, {}, false);
  ends.Exchange();
  CHECK(asked.ended);
}

TEST_CASE("trailers for as many streams as may be open are passed over after their resets") {
  Options options;
  options.max_streams = 200;
  TwoEnds ends(options);
  std::vector<std::unique_ptr<RecordingStream>> asked;
  std::vector<int32_t> ids;
  for (int i = 0; i < 200; ++i) {
    asked.push_back(std::make_unique<RecordingStream>());
    ids.push_back(ends.Ask(*asked.back(), {}, true));
  }
  // The resets are on their way while the client sends its trailers.
  for (const int32_t id : ids) ends.server->Reset(id, Code::kNoError);
  ByteBuffer resets;
  ends.server->Send(resets, 64 * 1024);
  for (size_t i = 0; i < ids.size(); ++i) {
    asked[i]->out_trailers = {{"x-sum", "1"}};
    asked[i]->out_ended = true;
    ends.client->Resume(ids[i]);
  }
  ByteBuffer trailers;
  ends.client->Send(trailers, 64 * 1024);
  CHECK(ends.server->Receive(trailers.readable(), ends.now).ok());
  CHECK_FALSE(ends.server->failure().has_value());
}

// Data is a DATA frame of one byte, the last of its stream's.
std::string Data(int32_t stream) {
  return std::string("\0\0\x01\0\x01\0\0\0", 8) + static_cast<char>(stream) + "x";
}

// CodeOf is the code in the RST_STREAM of a stream that `text` ends with, 0 without one.
uint8_t CodeOf(std::string_view text, int32_t stream) {
  const std::string head =
      std::string("\0\0\x04\x03\0\0\0\0", 8) + static_cast<char>(stream) + std::string(3, '\0');
  if (text.size() <= head.size() || !text.substr(text.size() - 13).starts_with(head)) return 0;
  return static_cast<uint8_t>(text.back());
}

TEST_CASE("DATA on a stream that the client has reset gets STREAM_CLOSED, once (section 6.1)") {
  TwoEnds ends;
  RecordingStream asked;
  const int32_t id = ends.Ask(asked, {}, true);
  ends.client->Reset(id, Code::kCancel);
  ends.Exchange();
  const std::string twice = Data(id) + Data(id);
  CHECK(ends.server->Receive(AsBytes(twice), ends.now).ok());
  REQUIRE(ends.server->wants_to_send());
  ByteBuffer out;
  ends.server->Send(out, 64 * 1024);
  CHECK(CodeOf(out.text(), id) == static_cast<uint8_t>(Code::kStreamClosed));
  CHECK(out.size() == 13);
  CHECK_FALSE(ends.server->wants_to_send());
}

TEST_CASE("DATA behind the end of a stream gets STREAM_CLOSED, whatever pieces it comes in") {
  TwoEnds ends;
  RecordingStream asked;
  const int32_t id = ends.Ask(asked);
  ends.server->Respond(id, 204, {}, false);
  ends.Exchange();
  for (const char byte : Data(id)) {
    CHECK(ends.server->Receive(AsBytes(std::string_view(&byte, 1)), ends.now).ok());
  }
  ByteBuffer out;
  ends.server->Send(out, 64 * 1024);
  CHECK(CodeOf(out.text(), id) == static_cast<uint8_t>(Code::kStreamClosed));
}

TEST_CASE("an empty DATA frame that closes its stream is none on a closed stream") {
  TwoEnds ends;
  RecordingStream asked;
  const int32_t id = ends.Ask(asked, {}, true);
  ends.server->Respond(id, 204, {}, false);
  ends.Exchange();
  const std::string end = std::string("\0\0\0\0\x01\0\0\0", 8) + static_cast<char>(id);
  CHECK(ends.server->Receive(AsBytes(end), ends.now).ok());
  CHECK_FALSE(ends.server->wants_to_send());
  CHECK(ends.server_user.streams[id]->ended);
  CHECK(ends.server_user.streams[id]->closed.has_value());
}

// Post is HEADERS of a request whose body follows.
std::string Post(int32_t stream) {
  return std::string("\0\0\x06\x01\x04\0\0\0", 8) + static_cast<char>(stream) +
         "\x83\x87\x84\x01\x01" + "a";
}

TEST_CASE("the body and trailers of a stream that was refused are passed over") {
  Options options;
  options.max_streams = 1;
  RecordingUser user;
  const auto server = Session::Create(Session::Role::kServer, options, user);
  REQUIRE(server.ok());
  // Before the server's settings are acknowledged, a stream more than may be is refused (section
  // 5.1.2); its reset has not been sent when its place is free again.
  std::string all = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  all.append("\0\0\0\x04\0\0\0\0\0", 9).append(Post(1)).append(Post(3));
  all.append("\0\0\x04\x03\0\0\0\0\x01\0\0\0\x08", 13);  // CANCEL of the first
  all.append(Post(5)).append(Data(3));
  all.append("\0\0\x04\x01\x05\0\0\0\x03\0\x01x\0", 13);  // trailers
  CHECK((*server)->Receive(AsBytes(all), MonotonicTime(std::chrono::hours(1))).ok());
  ByteBuffer out;
  (*server)->Send(out, 64 * 1024);
  CHECK(CodeOf(out.text(), 3) == static_cast<uint8_t>(Code::kRefusedStream));
  CHECK(user.streams.contains(5));
}

TEST_CASE("DATA on a stream that this end has reset is passed over (section 5.1)") {
  TwoEnds ends;
  RecordingStream asked;
  const int32_t id = ends.Ask(asked, {}, true);
  ends.server->Reset(id, Code::kNoError);
  ByteBuffer out;
  ends.server->Send(out, 64 * 1024);
  CHECK(ends.server->Receive(AsBytes(Data(id)), ends.now).ok());
  CHECK_FALSE(ends.server->wants_to_send());
}

TEST_CASE("a PRIORITY by which a stream depends on itself ends the connection (RFC 7540, 5.3.1)") {
  TwoEnds ends;
  const std::string_view another("\0\0\x05\x02\0\0\0\0\x05\x80\0\0\x03\x10", 14);
  CHECK(ends.server->Receive(AsBytes(another), ends.now).ok());
  const std::string_view itself("\0\0\x05\x02\0\0\0\0\x05\x80\0\0\x05\x10", 14);
  CHECK_FALSE(ends.server->Receive(AsBytes(itself), ends.now).ok());
  ByteBuffer out;
  ends.server->Send(out, 64 * 1024);
  REQUIRE(out.size() >= 17);
  CHECK(out.text().back() == static_cast<char>(Code::kProtocolError));
}

TEST_CASE("a malformed request resets its stream and is told, others go on (section 8.1.1)") {
  TwoEnds ends;
  RecordingStream bad;
  RecordingStream good;
  const int32_t id = ends.Ask(bad, {{"connection", "close"}});
  CHECK(ends.server_user.malformed == std::vector<int32_t>{id});
  CHECK(bad.closed == Code::kProtocolError);
  const int32_t next = ends.Ask(good);
  CHECK(ends.server_user.streams.count(next) == 1);
}

TEST_CASE("a field with characters that no field has makes its request malformed") {
  for (const http::Field& field : {http::Field{"x-a", "b\nc"}, {"x-a", "b\rc"}, {"x a", "b"}}) {
    TwoEnds ends;
    RecordingStream bad;
    const int32_t id = ends.Ask(bad, {field});
    CHECK(ends.server_user.malformed == std::vector<int32_t>{id});
    CHECK(bad.closed == Code::kProtocolError);
  }
}

TEST_CASE("a block beyond the limits is told as too large") {
  Options options;
  options.block.max_fields = 6;
  TwoEnds ends(options);
  RecordingStream asked;
  ends.Ask(asked, {{"a", "1"}, {"b", "2"}});
  CHECK_FALSE(ends.server_user.too_large);
  RecordingStream larger;
  ends.Ask(larger, {{"a", "1"}, {"b", "2"}, {"c", "3"}});
  CHECK(ends.server_user.too_large);
}

TEST_CASE("opening and resetting streams without end is stopped (CVE-2023-44487)") {
  TwoEnds ends;
  for (int i = 0; i < 1000 && !ends.server->failure().has_value(); ++i) {
    RecordingStream asked;
    const int32_t id = ends.Ask(asked);
    if (ends.server_user.streams.count(id) == 1) ends.client->Reset(id, Code::kCancel);
    ends.Exchange();
    ends.client->Forget(id);
  }
  REQUIRE(ends.server->failure().has_value());
  CHECK(ends.server->failure()->code == ErrorCode::kHttp2Flood);
  CHECK(ends.client_user.goaways.at(0).second == Code::kEnhanceYourCalm);
  CHECK(ends.server_user.streams.size() < 300);
  CHECK(ends.server->over());
}

TEST_CASE("bytes that are not HTTP/2 end the session with GOAWAY") {
  RecordingUser user;
  auto made = Session::Create(Session::Role::kServer, {}, user);
  REQUIRE(made.ok());
  Session& session = **made;
  const Status received = session.Receive(AsBytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), {});
  REQUIRE_FALSE(received.ok());
  CHECK(received.error().code == ErrorCode::kHttp2Protocol);
  ByteBuffer out;
  session.Send(out, 1000);
  CHECK(out.size() == 17);
  CHECK(out.readable()[3] == 7);   // GOAWAY
  CHECK(out.readable()[16] == 1);  // PROTOCOL_ERROR
  CHECK(session.over());
}

}  // namespace
}  // namespace pinlatch::http2
