// A TLS client on wolfSSL that makes one GET: PORT VERSION(2|3) MAX-FRAGMENT-LENGTH-CODE CA CERT KEY. Prints
// the version and the status line, or what went wrong.
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
      wolfSSL_CTX_load_verify_locations(context, argv[4], NULL) == WOLFSSL_SUCCESS &&
      wolfSSL_CTX_use_certificate_chain_file(context, argv[5]) == WOLFSSL_SUCCESS &&
      wolfSSL_CTX_use_PrivateKey_file(context, argv[6], WOLFSSL_FILETYPE_PEM) == WOLFSSL_SUCCESS;
  return loaded ? context : NULL;
}

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  wolfSSL_Init();
  WOLFSSL_CTX* context = MakeContext(argv);
  if (context == NULL) return Fail("loading", NULL, 0);
  const int fd = Connect(atoi(argv[1]));
  if (fd < 0) return Fail("connecting", NULL, 0);
  WOLFSSL* ssl = wolfSSL_new(context);
  const int code = atoi(argv[3]);
  if (code != 0 && wolfSSL_UseMaxFragment(ssl, (unsigned char)code) != WOLFSSL_SUCCESS)
    return Fail("asking for a fragment length", NULL, 0);
  wolfSSL_set_fd(ssl, fd);
  int result = wolfSSL_connect(ssl);
  if (result != WOLFSSL_SUCCESS) return Fail("the handshake", ssl, result);
  static const char kRequest[] =
      "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  wolfSSL_write(ssl, kRequest, (int)strlen(kRequest));
  char answer[4096];
  result = wolfSSL_read(ssl, answer, sizeof answer - 1);
  if (result <= 0) return Fail("reading", ssl, result);
  answer[result] = 0;
  printf("%s %.12s\n", wolfSSL_get_version(ssl), answer);
  return 0;
}
