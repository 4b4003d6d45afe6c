l.opened < now() - older_than
         and (l.owner = session_user or l.expires < now())
