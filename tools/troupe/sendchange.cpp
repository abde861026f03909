// `troupe sendchange`: as Buildbot's, to any PB master (pb.md §16).
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include <unistd.h>

#include <fmt/format.h>

#include "storage/utf8.hpp"
#include "tools/troupe/pb_client.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

using wire::jelly;

namespace {

result<std::string> read_whole(const std::string& path) {
  if (path == "-")
    return std::string{std::istreambuf_iterator<char>{std::cin}, {}};
  std::ifstream in{path, std::ios::binary};
  if (!in)
    return failure{errc::not_found, fmt::format("{}: cannot be read", path)};
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

/// A receiver fails a call whose text is not UTF-8, and what is typed need not be.
jelly text(const std::string& raw) {
  std::string clean;
  append_utf8(clean, raw);
  return jelly::text(std::move(clean));
}

jelly text_or_none(const std::optional<std::string>& raw) {
  return raw ? text(*raw) : jelly::none();
}

result<jelly> properties_of(const std::vector<std::string>& given) {
  auto all = jelly::dictionary();
  for (const auto& one : given) {
    auto colon = one.find(':');
    if (colon == std::string::npos)
      return failure{errc::invalid, fmt::format("--property {}: NAME:VALUE expected", one)};
    all.add(one.substr(0, colon), text(one.substr(colon + 1)));
  }
  return all;
}

/// What comes from files: the message and the revision.
result<void> read_files(change_options& x) {
  if (!x.logfile.empty()) {
    auto read = read_whole(x.logfile);
    if (!read)
      return read.error();
    x.comments = std::move(*read);
  }
  if (!x.revision_file.empty()) {
    auto read = read_whole(x.revision_file);
    if (!read)
      return read.error();
    x.revision = std::move(*read);
  }
  return {};
}

result<jelly> change_of(const change_options& x) {
  auto properties = properties_of(x.properties);
  if (!properties)
    return properties.error();
  jelly::list_type files;
  for (const auto& one : x.files)
    files.push_back(text(one));
  auto change = jelly::dictionary();
  change.add("who", text(x.who));
  change.add("files", jelly::list(std::move(files)));
  change.add("comments", text(x.comments.value_or("")));
  change.add("branch", text_or_none(x.branch));
  change.add("revision", text_or_none(x.revision));
  change.add("category", text_or_none(x.category));
  change.add("when", x.when ? jelly::real(*x.when) : jelly::none());
  change.add("properties", std::move(*properties));
  change.add("repository", text(x.repository));
  change.add("project", text(x.project));
  change.add("revlink", text(x.revlink));
  change.add("src", text_or_none(x.vc));
  if (!x.codebase.empty())
    change.add("codebase", text(x.codebase));
  return change;
}

int say(const failure& why) {
  complain(why.message);
  return why.code == errc::invalid ? usage_status : failed_status;
}

std::string ask_password() {
  char* typed = ::isatty(STDIN_FILENO) ? ::getpass("Enter password: ") : nullptr;
  return typed ? typed : "";
}

} // namespace

int send_change(const change_options& given) {
  auto options = given;
  if (auto read = read_files(options); !read)
    return say(read.error());
  auto change = change_of(options);
  if (!change)
    return say(change.error());
  auto colon = options.auth.find(':');
  auto user = options.auth.substr(0, colon);
  auto password = colon == std::string::npos ? ask_password() : options.auth.substr(colon + 1);
  auto client = pb_client::connect(options.master);
  if (!client)
    return say(client.error());
  auto perspective = client->login(user, password);
  if (!perspective)
    return say(perspective.error());
  auto sent = client->call(*perspective, "addChange", {std::move(*change)});
  if (!sent)
    return say(sent.error());
  std::puts("change sent successfully");
  return done;
}

} // namespace troupe::tool
