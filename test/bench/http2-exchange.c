// Owns one HTTP/2 request and its response; see the header.
#include "http2-exchange.h"

#include <stdint.h>
#include <string.h>

#include "tls-connection.h"

// RFC 9113 sections 4.1 and 6, RFC 7541 appendix A and section 6.
enum { kData, kHeaders, kReset = 3, kSettings, kGoAway = 7, kWindowUpdate };
enum { kEndStream = 0x1, kAcknowledged = 0x1, kEndHeaders = 0x4 };
enum { kFrameHead = 9, kStream = 1, kInitialWindow = 4, kWide = 1 << 30, kMostText = 126 };
enum { kGet = 0x82, kHttps = 0x87, kPath = 0x04, kAuthority = 0x01, kStatus200 = 0x88 };

static const char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

struct bytes {
  uint8_t at[1024];
  size_t count;
};

static void put(struct bytes* to, const void* what, size_t count) {
  if (count > sizeof to->at - to->count) fail("the request is too long");
  memcpy(to->at + to->count, what, count);
  to->count += count;
}

static void put_number(struct bytes* to, uint32_t number, int octets) {
  for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
    put(to, &(uint8_t){(uint8_t)(number >> shift)}, 1);
  }
}

static void put_frame_head(struct bytes* to, size_t length, int type, int flags, uint32_t stream) {
  put_number(to, (uint32_t)length, 3);
  put_number(to, (uint32_t)type, 1);
  put_number(to, (uint32_t)flags, 1);
  put_number(to, stream, 4);
}

// A literal that is not indexed, its name from the static table.
static void put_field(struct bytes* to, uint8_t name, const char* value) {
  const size_t length = strlen(value);
  if (length > kMostText) fail("a field is too long");
  put(to, &name, 1);
  put_number(to, (uint32_t)length, 1);
  put(to, value, length);
}

static void put_request(struct bytes* to, const char* authority, const char* path) {
  struct bytes block = {.count = 0};
  put_number(&block, kGet << 8 | kHttps, 2);
  put_field(&block, kPath, path);
  put_field(&block, kAuthority, authority);
  put(to, kPreface, sizeof kPreface - 1);
  put_frame_head(to, 6, kSettings, 0, 0);
  put_number(to, kInitialWindow, 2);
  put_number(to, kWide, 4);
  put_frame_head(to, 4, kWindowUpdate, 0, 0);
  put_number(to, kWide, 4);
  put_frame_head(to, block.count, kHeaders, kEndStream | kEndHeaders, kStream);
  put(to, block.at, block.count);
}

static void write_all(SSL* ssl, const struct bytes* what) {
  if (SSL_write(ssl, what->at, (int)what->count) != (int)what->count) fail("write");
}

static void read_all(SSL* ssl, uint8_t* to, size_t count) {
  for (size_t done = 0; done < count;) {
    const int got = SSL_read(ssl, to + done, (int)(count - done));
    if (got <= 0) fail("no answer");
    done += (size_t)got;
  }
}

static void acknowledge_settings(SSL* ssl) {
  struct bytes frame = {.count = 0};
  put_frame_head(&frame, 0, kSettings, kAcknowledged, 0);
  write_all(ssl, &frame);
}

// The static table has this status: whoever answers 200 says so in one octet, in front.
static void check_status(const uint8_t* block, size_t length) {
  if (length == 0 || block[0] != kStatus200) fail("the answer is not a 200");
}

// read_frame reads one frame and returns whether it was the last of the response.
static int read_frame(SSL* ssl, size_t* body) {
  uint8_t head[kFrameHead];
  static _Thread_local uint8_t payload[1 << 14];
  read_all(ssl, head, sizeof head);
  const size_t length = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
  if (length > sizeof payload) fail("a frame is too large");
  read_all(ssl, payload, length);
  const int type = head[3];
  const int flags = head[4];
  if (type == kReset || type == kGoAway) fail("the server gave up");
  if (type == kSettings && (flags & kAcknowledged) == 0) acknowledge_settings(ssl);
  if (type == kHeaders) check_status(payload, length);
  if (type == kData) *body += length;
  return (type == kHeaders || type == kData) && (flags & kEndStream) != 0;
}

void offer_http2(SSL_CTX* context) {
  static const unsigned char kProtocols[] = "\x02h2";
  if (SSL_CTX_set_alpn_protos(context, kProtocols, sizeof kProtocols - 1) != 0) fail("ALPN");
}

void exchange_http2(SSL* ssl, const char* authority, const char* path) {
  const unsigned char* agreed = NULL;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl, &agreed, &length);
  if (length != 2 || memcmp(agreed, "h2", 2) != 0) fail("HTTP/2 was not agreed on");
  struct bytes request = {.count = 0};
  put_request(&request, authority, path);
  write_all(ssl, &request);
  size_t body = 0;
  while (!read_frame(ssl, &body)) {
  }
  if (body == 0) fail("the answer has no body");
}
