#include <curl/curl.h>

// Swift calls no function of variable arguments: each option that is set has one of its own here.

static inline CURLcode ddpm_curl_text(CURL *curl, CURLoption option, const char *value) {
  return curl_easy_setopt(curl, option, value);
}
static inline CURLcode ddpm_curl_number(CURL *curl, CURLoption option, long value) {
  return curl_easy_setopt(curl, option, value);
}
static inline CURLcode ddpm_curl_list(CURL *curl, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(curl, option, value);
}

// HTTP and HTTPS alone, also where a server leads elsewhere.
static inline CURLcode ddpm_curl_web_only(CURL *curl) {
#if LIBCURL_VERSION_NUM >= 0x075500
  CURLcode code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  return code ? code : curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
  CURLcode code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
  return code ? code : curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

// `take` gets the body's pieces and `head` the lines before it, each returning how many bytes it took; `watch` is asked
// several times a second and ends the transfer with another number than 0.
static inline void ddpm_curl_callbacks(
  CURL *curl, void *context, size_t (*take)(char *, size_t, size_t, void *),
  size_t (*head)(char *, size_t, size_t, void *), int (*watch)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
) {
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, context);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, head);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, context);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, context);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

static inline long ddpm_curl_status(CURL *curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}
