// A kind of service: how it is made, what it hears. From the list of messages in the class come the
// dispatch table, the shell's `hears`, and the codecs of the messages.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/mail/decoding_context.hpp"
#include "runtime/service/service.hpp"

namespace troupe::runtime {

struct hearing {
  message_codec codec;
  void (*handle)(service_base&, const void*) = nullptr;
};

struct service_kind {
  std::string_view name;       ///< As in child_spec::kind.
  std::string_view about;      ///< One sentence, for the shell.
  bool in_place = false;       ///< Takes another configuration without a successor.
  bool idles = false;          ///< Does something when its mailbox is empty.
  bool not_replayable = false; ///< At the live tree, past its effect log: it cannot be replayed.
  std::vector<hearing> hears;
  message_codec config; ///< Nobody sends these two; what they are made of.
  message_codec state;
  result<std::unique_ptr<service_base>> (*make)(std::string_view config) = nullptr;

  json show_config(std::string_view stored) const {
    auto read = config.decode(stored);
    return read ? show_value(*config.ops, read->content()) : json(nullptr);
  }
  const hearing* find(const message_tag* tag) const noexcept {
    for (const auto& one : hears)
      if (one.codec.tag == tag)
        return &one;
    return nullptr;
  }
};

namespace detail {

template <class Service, class... Messages>
std::vector<hearing> hearings(messages<Messages...>) {
  return {hearing{codec_of<Messages>(), [](service_base& self, const void* what) {
                    static_cast<Service&>(self).on(*static_cast<const Messages*>(what));
                  }}...};
}

} // namespace detail

/// Call it once per kind, in the service's source file.
template <class Service>
service_kind make_kind(std::string_view name, std::string_view about) {
  service_kind kind;
  kind.name = name;
  kind.about = about;
  kind.in_place = requires {
    requires Service::takes_configuration;
  };
  kind.idles = !std::is_same_v<decltype(&Service::mailbox_drained), void (service_base::*)()>;
  kind.not_replayable = requires {
    requires Service::not_replayable;
  };
  kind.hears = detail::hearings<Service>(typename Service::hears{});
  if constexpr (!std::is_same_v<decltype(&Service::explain),
                                std::optional<causes> (service_base::*)(const query&)>)
    kind.hears.push_back({codec_of<query>(), [](service_base& self, const void* what) {
                            self.on(*static_cast<const query*>(what));
                          }});
  kind.config = codec_of<typename Service::config_type>();
  kind.state = codec_of<typename Service::state_type>();
  kind.make = [](std::string_view config) -> result<std::unique_ptr<service_base>> {
    auto read = decode<typename Service::config_type>(config);
    if (!read)
      return read.error();
    auto made = std::make_unique<Service>();
    made->configure(std::move(*read));
    return std::unique_ptr<service_base>{std::move(made)};
  };
  return kind;
}

/// All kinds of a program. Filled once at its top; nothing registers itself.
class kind_registry {
public:
  void add(const service_kind& kind) {
    kinds_.emplace(kind.name, &kind);
    for (const auto& one : kind.hears)
      messages_.add(one.codec);
  }
  /// A message that no kind hears, such as a command to the I/O loop.
  void know(const message_codec& codec) { messages_.add(codec); }
  const service_kind* find(std::string_view name) const {
    auto i = kinds_.find(name);
    return i == kinds_.end() ? nullptr : i->second;
  }
  const std::map<std::string_view, const service_kind*>& all() const { return kinds_; }
  const message_registry& known_messages() const { return messages_; }

private:
  std::map<std::string_view, const service_kind*> kinds_;
  message_registry messages_;
};

/// A child of a kind by its name, with its configuration: for those that are not known by type.
template <described Config>
child_spec child_of(std::string name, std::string_view kind, const Config& config) {
  child_spec spec;
  spec.name = std::move(name);
  spec.kind = kind;
  spec.config = encode(config);
  return spec;
}

/// The child in whose cell a `Service` is, with its configuration.
template <class Service>
child_spec child(std::string name, const typename Service::config_type& config) {
  return child_of(std::move(name), Service::static_kind().name, config);
}

} // namespace troupe::runtime
