// See tls_client.h.
#include "server/tls_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "mbedtls/pk.h"
#include "mbedtls/ssl.h"
#include "mbedtls/x509_crt.h"

namespace pinlatch::test {
namespace {

int Random(void*, unsigned char* out, size_t length) {
  return getrandom(out, length, 0) == static_cast<ssize_t>(length) ? 0 : -1;
}

int SendTo(void* context, const unsigned char* bytes, size_t length) {
  const ssize_t count = send(*static_cast<int*>(context), bytes, length, MSG_NOSIGNAL);
  return count < 0 ? MBEDTLS_ERR_SSL_INTERNAL_ERROR : static_cast<int>(count);
}

int ReceiveFrom(void* context, unsigned char* bytes, size_t length) {
  const ssize_t count = recv(*static_cast<int*>(context), bytes, length, 0);
  return count < 0 ? MBEDTLS_ERR_SSL_TIMEOUT : static_cast<int>(count);
}

std::string ReadTerminated(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  text.push_back('\0');  // mbedTLS wants PEM with its terminator
  return text;
}

const unsigned char* Bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct TlsClient::Impl {
  Impl() {
    mbedtls_ssl_init(&ssl);
    mbedtls_ssl_config_init(&config);
    mbedtls_x509_crt_init(&certificate);
    mbedtls_pk_init(&key);
  }
  ~Impl() {
    mbedtls_ssl_free(&ssl);
    mbedtls_ssl_config_free(&config);
    mbedtls_x509_crt_free(&certificate);
    mbedtls_pk_free(&key);
    if (fd >= 0) close(fd);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  bool SetUp(const Material& material, const std::string& name, bool tls13) {
    if (mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0) {
      return false;
    }
    mbedtls_ssl_conf_rng(&config, Random, nullptr);
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_NONE);
    const auto version = tls13 ? MBEDTLS_SSL_VERSION_TLS1_3 : MBEDTLS_SSL_VERSION_TLS1_2;
    mbedtls_ssl_conf_min_tls_version(&config, version);
    mbedtls_ssl_conf_max_tls_version(&config, version);
    if (!name.empty()) {
      const std::string pem = ReadTerminated(material.Path(name + ".crt"));
      const std::string key_pem = ReadTerminated(material.Path(name + ".key"));
      if (mbedtls_x509_crt_parse(&certificate, Bytes(pem), pem.size()) != 0 ||
          mbedtls_pk_parse_key(&key, Bytes(key_pem), key_pem.size(), nullptr, 0, Random, nullptr) !=
              0 ||
          mbedtls_ssl_conf_own_cert(&config, &certificate, &key) != 0) {
        return false;
      }
    }
    if (mbedtls_ssl_setup(&ssl, &config) != 0) return false;
    mbedtls_ssl_set_bio(&ssl, &fd, SendTo, ReceiveFrom, nullptr);
    return mbedtls_ssl_set_hostname(&ssl, "localhost") == 0;
  }

  int fd = -1;
  mbedtls_ssl_context ssl;
  mbedtls_ssl_config config;
  mbedtls_x509_crt certificate;
  mbedtls_pk_context key;
};

int ConnectPlain(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const timeval patience{10, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return fd;
  close(fd);
  return -1;
}

TlsClient::TlsClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsClient::~TlsClient() = default;

std::unique_ptr<TlsClient> TlsClient::Connect(const Material& material, uint16_t port,
                                              const std::string& name, bool tls13,
                                              const std::function<void()>& before_certificate) {
  auto impl = std::make_unique<Impl>();
  impl->fd = ConnectPlain(port);
  if (impl->fd < 0 || !impl->SetUp(material, name, tls13)) return nullptr;
  while (before_certificate && impl->ssl.state != MBEDTLS_SSL_CLIENT_CERTIFICATE) {
    if (mbedtls_ssl_handshake_step(&impl->ssl) != 0) return nullptr;
  }
  if (before_certificate) before_certificate();
  if (mbedtls_ssl_handshake(&impl->ssl) != 0) return nullptr;
  return std::unique_ptr<TlsClient>(new TlsClient(std::move(impl)));
}

bool TlsClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ByteSpan span = AsBytes(bytes);
    const int count = mbedtls_ssl_write(&impl_->ssl, span.data(), span.size());
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

std::string TlsClient::Receive() {
  std::string piece(16384, '\0');
  int count = 0;
  do {
    count =
        mbedtls_ssl_read(&impl_->ssl, reinterpret_cast<unsigned char*>(piece.data()), piece.size());
  } while (count == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
  piece.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return piece;
}

bool TlsClient::SaysFarewell() {
  unsigned char byte = 0;
  int result = 0;
  do {
    result = mbedtls_ssl_read(&impl_->ssl, &byte, 1);
  } while (result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
  return result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY;
}

std::string TlsClient::ReceiveResponse() {
  std::string response;
  for (;;) {
    const size_t end = response.find("\r\n\r\n");
    if (end != std::string::npos) {
      const size_t at = response.find("Content-Length: ");
      const size_t length =
          at < end ? std::strtoul(response.data() + at + 16, nullptr, 10) : size_t{0};
      if (response.size() >= end + 4 + length) return response;
    }
    const std::string piece = Receive();
    if (piece.empty()) return response;
    response += piece;
  }
}

std::string TlsClient::Get(std::string_view path) {
  if (!Send("GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")) return "";
  return ReceiveResponse();
}

void TlsClient::Vanish() {
  close(impl_->fd);
  impl_->fd = -1;
}

}  // namespace pinlatch::test
