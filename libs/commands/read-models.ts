import { Inject } from '@nestjs/common';

export const readModelsToken = 'keyturn/read-models';

/** Has the read models passed in: `@FromReadModels() private readonly db: ReadModels`. */
export const FromReadModels = (): ParameterDecorator => Inject(readModelsToken) as ParameterDecorator;
