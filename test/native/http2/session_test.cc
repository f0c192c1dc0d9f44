// Covers http2/session: messages both ways, flow control, resets, shutdown, limits.
#include <limits>
#include <memory>
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
