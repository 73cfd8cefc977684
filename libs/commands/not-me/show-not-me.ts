import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { NoticesDisputed, type NotMeView } from './notices-disputed.js';

/** What a "this was not me" link is about. Changes nothing: mail scanners open links before people do (T21). */
export class ShowNotMe extends Query<NotMeView> {
  constructor(readonly token: string | undefined) {
    super();
  }
}

@QueryHandler(ShowNotMe)
export class ShowNotMeHandler implements IQueryHandler<ShowNotMe> {
  constructor(private readonly notices: NoticesDisputed) {}

  async execute({ token }: ShowNotMe): Promise<NotMeView> {
    const { notice, owner } = await this.notices.of(token);
    return this.notices.view(notice, owner);
  }
}
