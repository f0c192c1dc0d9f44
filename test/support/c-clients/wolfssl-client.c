// A TLS client on wolfSSL that makes one request: PORT VERSION(2|3) MAX-FRAGMENT-LENGTH-CODE SIZE
// PIECE CA CERT KEY. SIZE is of the body, which it sends in pieces of PIECE bytes. Prints the
// version and what exchange.h says, or what went wrong.
#define _GNU_SOURCE
#include "exchange.h"

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int Fail(const char* what, WOLFSSL* ssl, int result) {
  char text[WOLFSSL_MAX_ERROR_SZ] = "";
  if (ssl != NULL) wolfSSL_ERR_error_string((unsigned long)wolfSSL_get_error(ssl, result), text);
  printf("%s failed: %s\n", what, text);
  return 1;
}

static int Connect(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  return connect(fd, (struct sockaddr*)&to, sizeof to) == 0 ? fd : -1;
}

static WOLFSSL_CTX* MakeContext(char** argv) {
  WOLFSSL_CTX* context = wolfSSL_CTX_new(argv[2][0] == '2' ? wolfTLSv1_2_client_method()
                                                           : wolfTLSv1_3_client_method());
  const int loaded =
      wolfSSL_CTX_load_verify_locations(context, argv[6], NULL) == WOLFSSL_SUCCESS &&
      wolfSSL_CTX_use_certificate_chain_file(context, argv[7]) == WOLFSSL_SUCCESS &&
      wolfSSL_CTX_use_PrivateKey_file(context, argv[8], WOLFSSL_FILETYPE_PEM) == WOLFSSL_SUCCESS;
  return loaded ? context : NULL;
}

static int ReceiveNoted(WOLFSSL* ssl, char* bytes, int size, void* from) {
  (void)ssl;
  const ssize_t got = recv(*(int*)from, bytes, (size_t)size, 0);
  if (got > 0) NoteRecords((const unsigned char*)bytes, (size_t)got);
  return got > 0 ? (int)got : WOLFSSL_CBIO_ERR_CONN_CLOSE;
}

static int Write(void* ssl, const unsigned char* bytes, size_t size) {
  return wolfSSL_write(ssl, bytes, (int)size);
}

static int Read(void* ssl, unsigned char* bytes, size_t size) {
  return wolfSSL_read(ssl, bytes, (int)size);
}

int main(int argc, char** argv) {
  if (argc != 9) return 2;
  wolfSSL_Init();
  WOLFSSL_CTX* context = MakeContext(argv);
  if (context == NULL) return Fail("loading", NULL, 0);
  int fd = Connect(atoi(argv[1]));
  if (fd < 0) return Fail("connecting", NULL, 0);
  wolfSSL_CTX_SetIORecv(context, ReceiveNoted);
  WOLFSSL* ssl = wolfSSL_new(context);
  const int code = atoi(argv[3]);
  if (code != 0 && wolfSSL_UseMaxFragment(ssl, (unsigned char)code) != WOLFSSL_SUCCESS)
    return Fail("asking for a fragment length", NULL, 0);
  wolfSSL_set_fd(ssl, fd);
  wolfSSL_SetIOReadCtx(ssl, &fd);
  int result = wolfSSL_connect(ssl);
  if (result != WOLFSSL_SUCCESS) return Fail("the handshake", ssl, result);
  printf("%s ", wolfSSL_get_version(ssl));
  const struct Connection connection = {ssl, Write, Read};
  const int answered = Exchange(&connection, (size_t)atol(argv[4]), (size_t)atol(argv[5]));
  return answered ? 0 : Fail("the exchange", ssl, result);
}
