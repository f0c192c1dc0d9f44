// Owns the HTTP/1.1 side of one request at a time: request body framing in, response framing out,
// and whether the connection can carry another request. Lives in its connection; knows plaintext
// bytes, not TLS or sockets.
#pragma once

#include <utility>

#include "base/byte_buffer.h"
#include "exchange/downstream_stream.h"
#include "http/body.h"
#include "http/head.h"

namespace pinlatch::proxy {

class Http1Stream final : public DownstreamStream {
 public:
  // Channel is the connection's plaintext.
  class Channel {
   public:
    virtual ByteBuffer& in() = 0;
    virtual ByteBuffer& out() = 0;
    // FillIn reads more to the end of in().
    virtual Transfer FillIn() = 0;
    virtual bool draining() const = 0;
    // most_requests is how many requests the connection may carry; 0: any number.
    virtual uint32_t most_requests() const = 0;
    // MayGoOn is DownstreamStream's.
    virtual Status MayGoOn() = 0;
    virtual void AdvanceExchange() = 0;

   protected:
    ~Channel() = default;
  };

  explicit Http1Stream(Channel& channel) : channel_(channel) {}

  // Start prepares for a parsed request whose head is the first `head_length` bytes of in(); they
  // are consumed with the first pull or at Finish, so that the head's views hold until then.
  void Start(const http::RequestHead& head, size_t head_length);
  // StartRefused prepares for answering bytes that are no request: the connection closes after the
  // answer.
  void StartRefused();
  // Finish drops what was pulled; call it when the exchange is over.
  void Finish();

  // keep_alive says, after the response, whether another request may follow.
  bool keep_alive() const { return keep_alive_ && request_decoder_.done() && !aborted_; }
  bool aborted() const { return aborted_; }
  // waits_for_body says that the last PullBody found nothing.
  bool waits_for_body() const { return waits_for_body_; }
  // is_tunnel says that what comes is no HTTP any more.
  bool is_tunnel() const { return tunnel_; }
  bool request_complete() const { return request_decoder_.done(); }

  std::string_view protocol() const override {
    return minor_version_ == 0 ? "HTTP/1.0" : "HTTP/1.1";
  }
  bool carries_trailers() const override { return false; }
  BodyPull PullBody(size_t max) override;
  std::span<const http::Field> request_trailers() const override { return {}; }
  void DiscardBufferedBody() override;
  void LeaveInvitation() override { awaits_invitation_ = std::exchange(expect_continue_, false); }
  void SendInterim(uint16_t status, std::span<const http::Field> fields) override;
  void SendHead(const OutgoingHead& given) override;
  size_t BodyRoom() const override;
  void SendBody(ByteSpan payload) override;
  void EndBody(std::span<const http::Field> trailers) override;
  uint16_t StartTunnel(const OutgoingHead& head, std::string_view protocol) override;
  void Abort() override { aborted_ = true; }
  Status MayGoOn() override { return channel_.MayGoOn(); }
  void Wake() override { channel_.AdvanceExchange(); }

 private:
  void ChooseFraming(const OutgoingHead& head);
  void AppendConnectionFields(const OutgoingHead& head);

  Channel& channel_;
  http::BodyDecoder request_decoder_;
  http::Framing response_framing_ = http::Framing::kNone;
  uint32_t requests_ = 0;  // that the connection has carried, with this one
  size_t pulled_ = 0;      // bytes at the front of in() that the last PullBody handed out
  uint8_t minor_version_ = 1;
  bool keep_alive_ = true;
  bool expect_continue_ = false;
  bool awaits_invitation_ = false;  // of the service, which owes the next word
  bool waits_for_body_ = false;
  bool aborted_ = false;
  bool tunnel_ = false;
};

}  // namespace pinlatch::proxy
