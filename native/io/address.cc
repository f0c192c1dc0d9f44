// SocketAddress and Resolve of socket.h: literals, names and what system calls report.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "io/socket.h"
#include "io/system_error.h"

namespace pinlatch::io {
namespace {

constexpr size_t kPathOffset = offsetof(sockaddr_un, sun_path);

// Copied out, never cast: sockaddr_storage holds no object of the narrower type.
template <typename T>
T As(const sockaddr* address) {
  T copy;
  std::memcpy(&copy, address, sizeof copy);
  return copy;
}

template <typename T>
SocketAddress From(const T& address) {
  return SocketAddress::FromRaw(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

// A NUL would end the text for the C library and not for whoever validated it.
bool HoldsNul(const std::string& text) { return text.find('\0') != std::string::npos; }

std::string UnixPathText(const SocketAddress& address) {
  if (address.length() <= kPathOffset) return "";  // unnamed: the peer of an accepted connection
  const auto local = As<sockaddr_un>(address.raw());
  const size_t size = std::min(address.length() - kPathOffset, sizeof local.sun_path);
  if (local.sun_path[0] == '\0') return "@" + std::string(local.sun_path + 1, size - 1);
  return std::string(local.sun_path, strnlen(local.sun_path, size));
}

}  // namespace

Result<SocketAddress> SocketAddress::FromIp(const std::string& ip, uint16_t port) {
  if (!HoldsNul(ip)) {
    sockaddr_in v4{};
    if (inet_pton(AF_INET, ip.c_str(), &v4.sin_addr) == 1) {
      v4.sin_family = AF_INET;
      v4.sin_port = htons(port);
      return From(v4);
    }
    sockaddr_in6 v6{};
    if (inet_pton(AF_INET6, ip.c_str(), &v6.sin6_addr) == 1) {
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(port);
      return From(v6);
    }
  }
  return Error(ErrorCode::kAddressInvalid, "not an IP address: " + ip);
}

Result<SocketAddress> SocketAddress::FromUnixPath(const std::string& path) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  if (path.empty()) return Error(ErrorCode::kAddressInvalid, "empty unix socket path");
  if (HoldsNul(path)) return Error(ErrorCode::kAddressInvalid, "NUL in unix socket path");
  if (path.size() >= sizeof local.sun_path) {
    return Error(ErrorCode::kAddressInvalid, "unix socket path longer than 107 bytes: " + path);
  }
  std::memcpy(local.sun_path, path.data(), path.size());
  const size_t length = kPathOffset + path.size() + 1;
  return FromRaw(reinterpret_cast<const sockaddr*>(&local), static_cast<socklen_t>(length));
}

SocketAddress SocketAddress::FromRaw(const sockaddr* address, socklen_t length) {
  SocketAddress result;
  // The kernel reports the length it would have liked to fill, which may be more than it filled.
  result.length_ = std::min(length, static_cast<socklen_t>(sizeof result.storage_));
  if (result.length_ > 0) std::memcpy(&result.storage_, address, result.length_);
  return result;
}

std::string SocketAddress::Ip() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET) {
    const auto v4 = As<sockaddr_in>(raw());
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  } else if (family() == AF_INET6) {
    const auto v6 = As<sockaddr_in6>(raw());
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      inet_ntop(AF_INET, v6.sin6_addr.s6_addr + 12, text, sizeof text);
    } else {
      inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    }
  }
  return text;
}

AddressOctets SocketAddress::Octets() const {
  AddressOctets octets;
  const auto take = [&octets](const uint8_t* bytes, uint8_t size) {
    octets.size = size;
    std::copy_n(bytes, size, octets.octets.begin());
  };
  if (family() == AF_INET) {
    const auto v4 = As<sockaddr_in>(raw());
    take(reinterpret_cast<const uint8_t*>(&v4.sin_addr), 4);
  } else if (family() == AF_INET6) {
    const auto v6 = As<sockaddr_in6>(raw());
    const bool is_mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr);
    take(v6.sin6_addr.s6_addr + (is_mapped ? 12 : 0), is_mapped ? 4 : 16);
  }
  return octets;
}

uint16_t SocketAddress::port() const {
  if (family() == AF_INET) return ntohs(As<sockaddr_in>(raw()).sin_port);
  if (family() == AF_INET6) return ntohs(As<sockaddr_in6>(raw()).sin6_port);
  return 0;
}

std::string SocketAddress::ToString() const {
  if (family() == AF_UNIX) return "unix:" + UnixPathText(*this);
  const std::string ip = Ip();
  if (ip.empty()) return "";
  const bool bracketed = ip.find(':') != std::string::npos;
  return (bracketed ? "[" + ip + "]" : ip) + ":" + std::to_string(port());
}

Result<std::vector<SocketAddress>> Resolve(const std::string& host, uint16_t port) {
  if (Result<SocketAddress> literal = SocketAddress::FromIp(host, port)) {
    return std::vector<SocketAddress>{*literal};
  }
  if (host.empty() || HoldsNul(host)) {
    return Error(ErrorCode::kAddressInvalid, "not a host name: " + host);
  }
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failure != 0) {
    const std::string reason =
        failure == EAI_SYSTEM ? SystemErrorText(errno) : gai_strerror(failure);
    return Error(ErrorCode::kAddressInvalid, "cannot resolve " + host + ": " + reason);
  }
  std::vector<SocketAddress> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    addresses.push_back(SocketAddress::FromRaw(each->ai_addr, each->ai_addrlen));
  }
  freeaddrinfo(found);
  return addresses;
}

}  // namespace pinlatch::io
