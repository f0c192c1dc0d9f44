// Owns one HTTP/1.1 request of a bench client; see the header.
#define _GNU_SOURCE
#include "http1-exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tls-connection.h"

void write_http1_request(char* to, uint16_t port, const char* path) {
  const int written =
      snprintf(to, kMostHttp1Request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", path, port);
  if (written < 0 || written >= kMostHttp1Request) fail("the path is too long");
}

// answer_length returns the length of head and body once `text` holds the whole head, else 0.
static size_t answer_length(const char* text) {
  const char* end = strstr(text, "\r\n\r\n");
  if (end == NULL) return 0;
  const char* field = strcasestr(text, "\r\ncontent-length:");
  if (strncmp(text, "HTTP/1.1 200 ", 13) != 0 || field == NULL || field > end) {
    fprintf(stderr, "bench client: unexpected answer:\n%s\n", text);
    exit(1);
  }
  return (size_t)(end + 4 - text) + strtoul(field + 17, NULL, 10);
}

static size_t read_some(SSL* ssl, char* to, size_t room) {
  const int got = SSL_read(ssl, to, (int)room);
  if (got <= 0) fail("no answer");
  return (size_t)got;
}

void exchange_http1(SSL* ssl, const char* request) {
  char text[16384];
  size_t length = 0;
  size_t wanted = 0;
  if (SSL_write(ssl, request, (int)strlen(request)) <= 0) fail("write");
  while (wanted == 0) {
    if (length == sizeof text - 1) fail("the head is too long");
    length += read_some(ssl, text + length, sizeof text - 1 - length);
    text[length] = '\0';
    wanted = answer_length(text);
  }
  while (length < wanted) length += read_some(ssl, text, sizeof text);
  if (length != wanted) fail("more than one answer");
}
