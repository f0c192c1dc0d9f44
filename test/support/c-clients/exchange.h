// Owns what the clients here do once they are connected: one request, in pieces of a size, and its
// answer to the end. A GET of /hello, or a body of SIZE bytes to /api/echo, of which every byte
// must come back. Also the longest record that was received.
#pragma once

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct Connection {
  void* tls;
  // Both are as the library has them: how many bytes, or nothing more.
  int (*write)(void* tls, const unsigned char* bytes, size_t size);
  int (*read)(void* tls, unsigned char* bytes, size_t size);
};

static size_t longest_record;

// NoteRecords is told of all bytes that arrive, and follows the records in them by their heads (RFC
// 8446 section 5.1).
static void NoteRecords(const unsigned char* bytes, size_t size) {
  static unsigned char head[5];
  static size_t have, rest;
  while (size > 0) {
    if (rest > 0) {
      const size_t part = rest < size ? rest : size;
      bytes += part, size -= part, rest -= part;
      continue;
    }
    head[have++] = *bytes++, size--;
    if (have < sizeof head) continue;
    have = 0;
    rest = (size_t)head[3] << 8 | head[4];
    if (rest > longest_record) longest_record = rest;
  }
}

static unsigned char ByteAt(size_t place) { return (unsigned char)(place % 251); }

static size_t MakeRequest(unsigned char* request, size_t size) {
  if (size == 0)
    return (size_t)sprintf((char*)request,
                           "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const int head = sprintf((char*)request,
                           "POST /api/echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                           "Content-Length: %zu\r\n\r\n",
                           size);
  for (size_t i = 0; i < size; i++) request[head + (int)i] = ByteAt(i);
  return (size_t)head + size;
}

static int Send(const struct Connection* to, const unsigned char* bytes, size_t size,
                size_t piece) {
  while (size > 0) {
    const int sent = to->write(to->tls, bytes, size < piece ? size : piece);
    if (sent <= 0) return sent;
    bytes += sent, size -= (size_t)sent;
  }
  return 1;
}

// Receive returns how many bytes came before the end.
static size_t Receive(const struct Connection* from, unsigned char* bytes, size_t size) {
  size_t have = 0;
  int got;
  while (have < size && (got = from->read(from->tls, bytes + have, size - have)) > 0)
    have += (size_t)got;
  return have;
}

// Echoed is how many bytes of the answer's body are as they were sent.
static size_t Echoed(const unsigned char* answer, size_t size) {
  const unsigned char* end = memmem(answer, size, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  const unsigned char* body = end + 4;
  size_t same = 0;
  while (body + same < answer + size && body[same] == ByteAt(same)) same++;
  return same;
}

// Exchange prints the status line and the longest record, and for a body how much of it came back.
// The answer is whether there was one.
static int Exchange(const struct Connection* with, size_t size, size_t piece) {
  const size_t room = size + 4096;
  unsigned char* const request = malloc(room);
  unsigned char* const answer = malloc(room);
  const size_t length = MakeRequest(request, size);
  const int sent = Send(with, request, length, piece);
  const size_t received = sent > 0 ? Receive(with, answer, room) : 0;
  const int answered = received >= 12;
  if (answered) printf("%.12s %zu", (const char*)answer, longest_record);
  if (answered && size > 0) printf(" echoed %zu", Echoed(answer, received));
  if (answered) printf("\n");
  free(request);
  free(answer);
  return answered;
}
