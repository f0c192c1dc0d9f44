// Owns the floor under the figures for requests: mutual TLS by OpenSSL and as few system calls as
// there can be, one recv and one send each way. It looks at the first bytes of a request and does
// nothing else that a gateway has to do: no parsing, no limits, no timeouts, no log, an upstream
// connection for each client's. A peer of the bench; nothing to be used elsewhere.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tls-connection.h"

enum { kBacklog = 4096, kMostEvents = 512, kBufferBytes = 16384 };

// As long as what a gateway would send.
static const char kAnswer[] =
    "HTTP/1.1 200 OK\r\n"
    "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: 13\r\n"
    "\r\n"
    "{\"pong\":true}";
static const char kStatic[] = "GET /static ";

struct connection {
  SSL* ssl;
  int is_over;
  struct connection* next_over;
  // Two sources of events belong to a connection; each points to itself.
  struct source {
    struct connection* owner;
    int handle;  // -1: not connected
  } client, upstream;
};

static int poller;
static struct sockaddr_in upstream_address;
static char buffer[kBufferBytes];

static void require(int succeeded, const char* what) {
  if (!succeeded) fail(what);
}

static struct sockaddr_in loopback(unsigned port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static int new_socket(void) {
  const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  require(handle >= 0, "socket");
  return handle;
}

static void watch(struct source* source) {
  const int on = 1;
  require(setsockopt(source->handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = source};
  require(epoll_ctl(poller, EPOLL_CTL_ADD, source->handle, &event) == 0, "epoll_ctl");
}

// Closing ends the watching.
static void end(struct connection* connection) {
  if (connection->upstream.handle >= 0) close(connection->upstream.handle);
  SSL_free(connection->ssl);
  close(connection->client.handle);
  free(connection);
}

static int forward(struct connection* connection, size_t length) {
  struct source* upstream = &connection->upstream;
  if (upstream->handle < 0) {
    upstream->handle = new_socket();
    const struct sockaddr* address = (struct sockaddr*)&upstream_address;
    require(connect(upstream->handle, address, sizeof upstream_address) == 0, "connect");
    watch(upstream);
  }
  return send(upstream->handle, buffer, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static int answer(struct connection* connection, int length) {
  if (length >= (int)sizeof kStatic - 1 && memcmp(buffer, kStatic, sizeof kStatic - 1) == 0) {
    return SSL_write(connection->ssl, kAnswer, sizeof kAnswer - 1) == sizeof kAnswer - 1;
  }
  return forward(connection, (size_t)length);
}

static int on_client(struct connection* connection) {
  do {
    const int length = SSL_read(connection->ssl, buffer, sizeof buffer);
    if (length <= 0 || !answer(connection, length)) return 0;
  } while (SSL_has_pending(connection->ssl));
  return 1;
}

// Sockets block: the load is local, and no client of the bench stops in the middle.
static void admit(SSL_CTX* context, int listener) {
  const int handle = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  require(handle >= 0, "accept");
  struct connection* connection = calloc(1, sizeof *connection);
  SSL* ssl = SSL_new(context);
  require(connection != NULL && ssl != NULL && SSL_set_fd(ssl, handle) == 1, "a connection");
  connection->ssl = ssl;
  connection->client = (struct source){connection, handle};
  connection->upstream = (struct source){connection, -1};
  // That fails for a client without a certificate, and for a look at whether anybody listens. A
  // request may have come with the end of the handshake: no event tells of it any more.
  if (SSL_accept(ssl) == 1 && (!SSL_has_pending(ssl) || on_client(connection))) {
    watch(&connection->client);
  } else {
    end(connection);
  }
}

static int on_upstream(struct connection* connection) {
  const ssize_t length = recv(connection->upstream.handle, buffer, sizeof buffer, 0);
  return length > 0 && SSL_write(connection->ssl, buffer, (int)length) == length;
}

// Returns whether the connection goes on.
static int serve(struct source* source) {
  struct connection* connection = source->owner;
  return source == &connection->client ? on_client(connection) : on_upstream(connection);
}

// Both sources of a connection may be in one batch: what is over ends after it.
static void serve_batch(const struct epoll_event* events, int count, SSL_CTX* context,
                        int listener) {
  struct connection* over = NULL;
  for (int index = 0; index < count; index++) {
    struct source* source = events[index].data.ptr;
    if (source == NULL) {
      admit(context, listener);
    } else if (!source->owner->is_over && !serve(source)) {
      source->owner->is_over = 1;
      source->owner->next_over = over;
      over = source->owner;
    }
  }
  while (over != NULL) {
    struct connection* next = over->next_over;
    end(over);
    over = next;
  }
}

static SSL_CTX* new_context(char** files) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  require(context != NULL && SSL_CTX_load_verify_file(context, files[0]) == 1 &&
              SSL_CTX_use_certificate_chain_file(context, files[1]) == 1 &&
              SSL_CTX_use_PrivateKey_file(context, files[2], SSL_FILETYPE_PEM) == 1,
          "the certificates");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_read_ahead(context, 1);  // a record's header and body in one recv
  return context;
}

static int listen_on(unsigned port) {
  const int listener = new_socket();
  const int on = 1;
  const struct sockaddr_in address = loopback(port);
  require(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
              bind(listener, (const struct sockaddr*)&address, sizeof address) == 0 &&
              listen(listener, kBacklog) == 0,
          "listen");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  require(epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) == 0, "epoll_ctl");
  return listener;
}

int main(int argc, char** argv) {
  static const char kUsage[] = "floor-server PORT UPSTREAM-PORT CA CERTIFICATE KEY";
  const unsigned port = natural_argument(argc, argv, 1, UINT16_MAX, kUsage);
  upstream_address = loopback(natural_argument(argc, argv, 2, UINT16_MAX, kUsage));
  require(argc == 6, kUsage);
  signal(SIGPIPE, SIG_IGN);
  SSL_CTX* context = new_context(argv + 3);
  poller = epoll_create1(EPOLL_CLOEXEC);
  require(poller >= 0, "epoll_create1");
  const int listener = listen_on(port);
  for (;;) {
    struct epoll_event events[kMostEvents];
    const int count = epoll_wait(poller, events, kMostEvents, -1);
    require(count >= 0, "epoll_wait");
    serve_batch(events, count, context, listener);
  }
}
