// Owns one blocking TLS connection of a bench client; see the header.
#include "tls-connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { kSocketTimeoutSeconds = 10 };

_Noreturn void fail(const char* what) {
  fprintf(stderr, "bench: %s (%s)\n", what, strerror(errno));
  ERR_print_errors_fp(stderr);
  exit(1);
}

unsigned natural_argument(int argc, char** argv, int index, unsigned most, const char* usage) {
  char* end = NULL;
  const unsigned long value = index < argc ? strtoul(argv[index], &end, 10) : 0;
  if (end == NULL || *end != '\0' || value < 1 || value > most) {
    fprintf(stderr, "usage: %s\n", usage);
    exit(2);
  }
  return (unsigned)value;
}

int connect_tcp(uint16_t port) {
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) fail("socket");
  const int on = 1;
  const struct timeval limit = {.tv_sec = kSocketTimeoutSeconds};
  if (setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
      setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0 ||
      setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0) {
    fail("setsockopt");
  }
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(handle, (struct sockaddr*)&address, sizeof address) != 0) fail("connect");
  return handle;
}

// OpenSSL does not use a TLS 1.3 session twice: each connection gets a copy.
static void set_session(SSL* ssl, SSL_SESSION* session) {
  SSL_SESSION* copy = SSL_SESSION_dup(session);
  if (copy == NULL || SSL_set_session(ssl, copy) != 1) fail("SSL_set_session");
  SSL_SESSION_free(copy);
}

SSL* open_connection(SSL_CTX* context, uint16_t port, SSL_SESSION* session) {
  SSL* ssl = SSL_new(context);
  if (ssl == NULL || SSL_set_fd(ssl, connect_tcp(port)) != 1) fail("SSL_new");
  if (session != NULL) set_session(ssl, session);
  errno = 0;
  if (SSL_connect(ssl) != 1) fail("handshake");
  if (SSL_session_reused(ssl) != (session != NULL)) {
    fail(session != NULL ? "the session was not resumed" : "the session was resumed");
  }
  return ssl;
}

void close_connection(SSL* ssl) {
  const int handle = SSL_get_fd(ssl);
  char byte;
  errno = 0;
  if (SSL_shutdown(ssl) < 0) fail("close_notify");
  // Session tickets that a server sends unasked are taken here. A server may answer close_notify
  // with its own or with an end of file alone; both are a proper close after a handshake.
  const int result = SSL_read(ssl, &byte, sizeof byte);
  if (result > 0) fail("the server sent data that nobody asked for");
  const int error = SSL_get_error(ssl, result);
  const int is_plain_eof = ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  if (error != SSL_ERROR_ZERO_RETURN && !is_plain_eof) fail("the server refused the connection");
  ERR_clear_error();
  // After the server's close_notify its FIN follows; without this wait the client might be first.
  if (error == SSL_ERROR_ZERO_RETURN && recv(handle, &byte, sizeof byte, 0) != 0) fail("close");
  SSL_free(ssl);
  close(handle);
}
