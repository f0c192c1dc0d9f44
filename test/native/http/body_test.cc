// Covers BodyDecoder and the chunk writers (RFC 9112 sections 6 and 7).
#include "http/body.h"

#include <limits>

#include "refusal.h"

namespace pinlatch::http {
namespace {

constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

// Feed gives `bytes` to the decoder in pieces and returns the payload, or the code of the error.
// `left` is what the decoder did not take.
std::string Feed(BodyDecoder decoder, std::string_view bytes, size_t piece,
                 size_t* left = nullptr) {
  std::string payload;
  size_t at = 0;
  size_t available = 0;
  while (!decoder.done()) {
    available = std::min(bytes.size(), std::max(available, at + piece));
    const Result<BodyDecoder::Step> step =
        decoder.Decode(AsBytes(bytes.substr(at, available - at)), kNoLimit);
    if (!step.ok()) {
      CHECK_FALSE(decoder.Decode({}, kNoLimit).ok());
      CHECK_FALSE(decoder.EndOfStream().ok());
      return Outcome(step);
    }
    payload += AsText(step->payload);
    at += step->consumed;
    if (step->consumed == 0 && available == bytes.size()) break;
    if (step->consumed == 0) available += piece;
  }
  if (left != nullptr) *left = bytes.size() - at;
  const Status end = decoder.EndOfStream();
  return end.ok() ? payload : "unfinished";
}

std::string InPieces(const BodyDecoder& decoder, std::string_view bytes) {
  const std::string whole = Feed(decoder, bytes, bytes.size() + 1);
  CHECK(Feed(decoder, bytes, 1) == whole);
  CHECK(Feed(decoder, bytes, 3) == whole);
  return whole;
}

std::string Chunked(std::string_view bytes) { return InPieces(BodyDecoder::Chunked(), bytes); }

TEST_CASE("a decoder is small enough to live in every exchange") {
  CHECK(sizeof(BodyDecoder) <= 64);
}

TEST_CASE("no body is done at once and takes nothing") {
  BodyDecoder decoder = BodyDecoder::None();
  CHECK(decoder.done());
  CHECK(decoder.EndOfStream().ok());
  const auto step = decoder.Decode(AsBytes("next"), kNoLimit);
  REQUIRE(step.ok());
  CHECK(step->consumed == 0);
  CHECK(BodyDecoder::Length(0).done());
}

TEST_CASE("a body of known length ends there, and the next message is left alone (section 6.2)") {
  size_t left = 0;
  CHECK(Feed(BodyDecoder::Length(5), "helloGET /", 100, &left) == "hello");
  CHECK(left == 5);
  CHECK(Feed(BodyDecoder::Length(5), "hello", 1, &left) == "hello");
  CHECK(Feed(BodyDecoder::Length(5), "hell", 100) == "unfinished");
}

TEST_CASE("a body that lasts until the stream ends is done only then (section 6.3)") {
  CHECK(Feed(BodyDecoder::UntilClose(), "hello", 2) == "hello");
  BodyDecoder decoder = BodyDecoder::UntilClose();
  CHECK_FALSE(decoder.done());
  REQUIRE(decoder.Decode(AsBytes("x"), kNoLimit).ok());
  CHECK_FALSE(decoder.done());
  CHECK(decoder.EndOfStream().ok());
  CHECK(decoder.done());
}

TEST_CASE("no more payload is taken than asked for, in every framing") {
  for (BodyDecoder decoder :
       {BodyDecoder::Length(8), BodyDecoder::UntilClose(), BodyDecoder::Chunked()}) {
    const bool is_chunked = decoder.framing() == Framing::kChunked;
    const std::string_view bytes = is_chunked ? "8\r\n01234567\r\n" : "01234567";
    const auto step = decoder.Decode(AsBytes(bytes), 3);
    REQUIRE(step.ok());
    CHECK(AsText(step->payload) == "012");
    CHECK(step->consumed == (is_chunked ? 6 : 3));
    const auto none = decoder.Decode(AsBytes(bytes.substr(step->consumed)), 0);
    REQUIRE(none.ok());
    CHECK(none->consumed == 0);
  }
}

TEST_CASE("chunks are put together, and the next message is left alone (section 7.1)") {
  CHECK(Chunked("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n") == "hello world");
  CHECK(Chunked("0\r\n\r\n") == "");
  CHECK(Chunked("00a\r\n0123456789\r\n0000000000000000\r\n\r\n") == "0123456789");
  CHECK(Chunked("A\r\n0123456789\r\n0\r\n\r\n") == "0123456789");
  size_t left = 0;
  Feed(BodyDecoder::Chunked(), "1\r\nx\r\n0\r\n\r\nGET /", 100, &left);
  CHECK(left == 5);
}

TEST_CASE("the end of a chunked body is known with the last piece of payload") {
  BodyDecoder decoder = BodyDecoder::Chunked();
  const auto step = decoder.Decode(AsBytes("1\r\nx\r\n0\r\n\r\n"), kNoLimit);
  REQUIRE(step.ok());
  CHECK(AsText(step->payload) == "x");
  CHECK(decoder.done());
}

TEST_CASE("a chunked body that is cut short is unfinished wherever it is cut (section 8)") {
  const std::string_view whole = "5;a=\"b\"\r\nhello\r\n0\r\nX: y\r\n\r\n";
  REQUIRE(Chunked(whole) == "hello");
  for (size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK(Chunked(whole.substr(0, length)) == "unfinished");
  }
}

TEST_CASE("a chunk size is hexadecimal digits and nothing else (section 7.1)") {
  for (std::string_view size : {"", " 5", "5 ", "\t5", "5\t", "+5", "-5", "0x5", "5h", "x", "5,5",
                                "5.0", "5_", "5\xa0", "\r", "g", "5 6", "5\t6"}) {
    CAPTURE(size);
    CHECK(Chunked(std::string(size) + "\r\nhello\r\n0\r\n\r\n") == "malformed-body");
  }
  CHECK(Chunked(std::string_view("5\0\r\nhello\r\n0\r\n\r\n", 17)) == "malformed-body");
}

TEST_CASE("a chunk size has at most 16 digits, so that it cannot overflow (section 7.1)") {
  CHECK(Chunked("00000000000000005\r\nhello\r\n0\r\n\r\n") == "malformed-body");
  CHECK(Chunked("10000000000000000\r\n") == "malformed-body");
  CHECK(Chunked("ffffffffffffffff\r\nx") == "unfinished");
}

TEST_CASE("a bare LF or CR in the framing is refused (RFC 9112 section 2.2)") {
  for (std::string_view bytes :
       {"5\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r\n0\n\r\n",
        "5\r\nhello\r\n0\r\n\n", "5\rhello\r\n0\r\n\r\n", "5\r\nhello\r0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\rX", "5\r\r\nhello\r\n0\r\n\r\n", "0\r\nX: y\n\r\n",
        "0\r\nX: y\rz\r\n\r\n", "5;a\nhello\r\n0\r\n\r\n", "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"}) {
    CAPTURE(bytes);
    CHECK(Chunked(bytes) == "malformed-body");
  }
}

TEST_CASE("another byte in the place of a CR or LF is refused (section 7.1)") {
  CHECK(Chunked("5\rXhello\r\n0\r\n\r\n") == "malformed-body");
  CHECK(Chunked("5X\nhello\r\n0\r\n\r\n") == "malformed-body");
  CHECK(Chunked("5\r\nhello\rX0\r\n\r\n") == "malformed-body");
  CHECK(Chunked("5\r\nhelloX\n0\r\n\r\n") == "malformed-body");
  CHECK(Chunked("5\r\nhello\r\n0\rX\r\n") == "malformed-body");
}

TEST_CASE("chunk data that is longer or shorter than its size is refused (section 7.1)") {
  CHECK(Chunked("5\r\nhellos\r\n0\r\n\r\n") == "malformed-body");
  CHECK(Chunked("5\r\nhell\r\n0\r\n\r\n") == "malformed-body");
  CHECK(Chunked("1\r\nxX5\r\nhello\r\n0\r\n\r\n") == "malformed-body");
}

TEST_CASE("chunk extensions are taken and dropped (section 7.1.1)") {
  CHECK(Chunked("5;a;b=c;d=\"e;\\\"\t \\\\\"\r\nhello\r\n0;z\r\n\r\n") == "hello");
  CHECK(Chunked("5;a=\"\"\r\nhello\r\n0\r\n\r\n") == "hello");
}

TEST_CASE("chunk extensions that do not follow the grammar are refused (section 7.1.1)") {
  for (std::string_view extension :
       {";",           "; ",     ";a ",    ";a=b ",       ";a=\"b\" ",
        ";a=",         ";=b",    ";a=b=c", ";a=\"b",      ";a=\"b\"c",
        ";a=b\"c\"",   ";;a",    ";a;",    ";a=\"\x01\"", ";a=\"\\\x01\"",
        ";a=\"\x80\"", ";a\x80", ";a=b,c", ";a=(",        ";a b",
        ";a=b c",      ";a= ",   " a",     ";a =",        " "}) {
    CAPTURE(extension);
    CHECK(Chunked("5" + std::string(extension) + "\r\nhello\r\n0\r\n\r\n") == "malformed-body");
  }
}

TEST_CASE("white space around a chunk extension and its equals sign is read (section 7.1.1)") {
  for (std::string_view extension :
       {" ;a", "\t;a", "; a", ";a =b", ";a= b", " \t; \ta\t = \t\"b\" \t; c", ";a ;b", ";a=b ;c"}) {
    CAPTURE(extension);
    CHECK(Chunked("5" + std::string(extension) + "\r\nhello\r\n0\r\n\r\n") == "hello");
  }
}

TEST_CASE("white space behind a chunk size is read of a response, and no other sign of it") {
  for (std::string_view space : {" ", "\t", "   ", " \t "}) {
    const std::string last = "0" + std::string(space) + "\r\n\r\n";
    const std::string padded = "5" + std::string(space) + "\r\nhello\r\n" + last;
    CHECK(InPieces(BodyDecoder::ChunkedOfResponse(), padded) == "hello");
    CHECK(Chunked(padded) == "malformed-body");
    const std::string extended = "5;a" + std::string(space) + "\r\nhello\r\n" + last;
    CHECK(InPieces(BodyDecoder::ChunkedOfResponse(), extended) == "hello");
    for (const char* bytes : {"5", "\n", "x", "\r\r"}) {
      CAPTURE(bytes);
      const std::string odd = "5" + std::string(space) + bytes + "\r\nhello\r\n" + last;
      CHECK(InPieces(BodyDecoder::ChunkedOfResponse(), odd) == "malformed-body");
    }
    CHECK(InPieces(BodyDecoder::ChunkedOfResponse(), std::string(space) + padded) ==
          "malformed-body");
  }
}

TEST_CASE("what a service fills its chunk sizes up with is bounded for each chunk alone") {
  std::string bytes;
  for (size_t i = 0; i < kMaxChunkExtensions; ++i) bytes += "1       \r\nx\r\n";
  CHECK(InPieces(BodyDecoder::ChunkedOfResponse(), bytes + "0\r\n\r\n") ==
        std::string(kMaxChunkExtensions, 'x'));
  const std::string fits(kMaxChunkExtension, ' ');
  CHECK(InPieces(BodyDecoder::ChunkedOfResponse(), "1" + fits + "\r\nx\r\n0\r\n\r\n") == "x");
  CHECK(InPieces(BodyDecoder::ChunkedOfResponse(), "1" + fits + " \r\nx\r\n0\r\n\r\n") ==
        "malformed-body");
}

TEST_CASE("the extension of one chunk is bounded") {
  // The bound counts what stands behind the first ';', with the CR.
  const std::string fits(kMaxChunkExtension - 1, 'a');
  CHECK(Chunked("1;" + fits + "\r\nx\r\n0\r\n\r\n") == "x");
  CHECK(Chunked("1;" + fits + "a\r\nx\r\n0\r\n\r\n") == "malformed-body");
}

TEST_CASE("the extensions of all chunks together are bounded") {
  std::string bytes;
  for (size_t i = 0; i < kMaxChunkExtensions / 2; ++i) bytes += "1;a\r\nx\r\n";
  CHECK(Chunked(bytes + "0\r\n\r\n") == std::string(kMaxChunkExtensions / 2, 'x'));
  CHECK(Chunked(bytes + "0;a\r\n\r\n") == "malformed-body");
}

TEST_CASE("trailer fields are taken and dropped (section 7.1.2)") {
  CHECK(Chunked("1\r\nx\r\n0\r\nX-Sum: 1\r\nY:\r\nZ: \xc3\xa9\t!\r\n\r\n") == "x");
  CHECK(Chunked("0\r\nX-A-Name-That-Is-Longer-Than-Any-Other: y\r\n\r\n") == "");
}

TEST_CASE("trailer fields are as strict as those of a head (RFC 9112 section 5)") {
  for (std::string_view line : {" X: y", "\tX: y", "X : y", "X", ": y", "X\xff: y", "X: \x01",
                                "X: y\x7f", "X: y\r\n z", "X y: z"}) {
    CAPTURE(line);
    CHECK(Chunked("0\r\n" + std::string(line) + "\r\n\r\n") == "malformed-body");
  }
}

TEST_CASE(
    "trailer fields that would change framing, routing or trust are refused (RFC 9110 section "
    "6.5.1)") {
  for (std::string_view name :
       {"Content-Length", "Transfer-Encoding", "Host", "content_length", "TRANSFER_ENCODING",
        "Connection", "TE", "Trailer", "Upgrade", "Authorization", "Proxy-Authorization",
        "Content-Type", "Set-Cookie", "Cookie", "Expect", "Cache-Control"}) {
    CAPTURE(name);
    CHECK(Chunked("0\r\nX: y\r\n" + std::string(name) + ": 1\r\n\r\n") == "malformed-body");
  }
  CHECK(Chunked("0\r\nTransfer-Encodings: y\r\nHos: a\r\n\r\n") == "");
}

TEST_CASE("of a response trailer fields that must stand in the head are dropped like the others") {
  for (std::string_view name :
       {"Cache-Control", "Set-Cookie", "WWW-Authenticate", "Authorization", "Content-Type", "Host",
        "Connection", "Trailer", "Content-Range", "Expect", "X-Sum"}) {
    CAPTURE(name);
    const std::string bytes = "5\r\nhello\r\n0\r\n" + std::string(name) + ": 1\r\n\r\n";
    CHECK(InPieces(BodyDecoder::ChunkedOfResponse(), bytes) == "hello");
  }
}

TEST_CASE(
    "a trailer field that frames the message, or is malformed, is refused of a response too") {
  for (std::string_view line : {"Content-Length: 1", "transfer_encoding: chunked", "X T: 1", "X",
                                "HTTP/1.1 200 OK", "X: \x01", " X: y"}) {
    CAPTURE(line);
    const std::string bytes = "0\r\n" + std::string(line) + "\r\n\r\n";
    CHECK(InPieces(BodyDecoder::ChunkedOfResponse(), bytes) == "malformed-body");
  }
}

TEST_CASE("the trailer section is bounded") {
  // Name, colon, CRLF and the final CRLF count too.
  const std::string fits(kMaxTrailer - 6, 'y');
  CHECK(Chunked("0\r\nX:" + fits + "\r\n\r\n") == "");
  CHECK(Chunked("0\r\nX:" + fits + "y\r\n\r\n") == "malformed-body");
}

TEST_CASE("what the chunk writers write, the decoder reads") {
  ByteBuffer out;
  AppendChunk(out, AsBytes("hello"));
  AppendChunk(out, {});
  const std::string large(70000, 'z');
  AppendChunk(out, AsBytes(large));
  AppendLastChunk(out);
  CHECK(out.text().substr(0, 10) == "5\r\nhello\r\n");
  CHECK(Feed(BodyDecoder::Chunked(), out.text(), 1000) == "hello" + large);
}

}  // namespace
}  // namespace pinlatch::http
