-- expect: false, "an_error_after_a_wait_passes_through_the_users_resume.lua:4: after"
return coroutine.resume(coroutine.create(function()
  time.sleep("100us")
  error("after")
end))
